"""The WSGI application that `erpd serve` or any other WSGI server runs."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
