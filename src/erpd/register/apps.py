from django.apps import AppConfig
from django.db.models import Field

from erpd.register.among import Among


class RegisterConfig(AppConfig):
    name = "erpd.register"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        Field.register_lookup(Among)
