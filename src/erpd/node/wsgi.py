"""The WSGI application that `erpd serve` or any other WSGI server runs."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from erpd.node.charsets import without_odd_charsets
from erpd.node.collecting import sparing_what_stays
from erpd.node.database import pooled
from erpd.node.requests import identified

pooled(settings.DATABASES["default"])
application = identified(sparing_what_stays(without_odd_charsets(get_wsgi_application())))
