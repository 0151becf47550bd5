"""The WSGI application that `erpd serve` or any other WSGI server runs."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from erpd.node.database import pooled

pooled(settings.DATABASES["default"])
application = get_wsgi_application()
