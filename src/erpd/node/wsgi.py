"""What `erpd serve` and any WSGI server run."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
