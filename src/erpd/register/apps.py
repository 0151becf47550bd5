from django.apps import AppConfig
from django.db.models import Field, ForeignKey

from erpd.register.among import Among, Keys


class RegisterConfig(AppConfig):
    name = "erpd.register"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        for lookup in (Among, Keys):
            Field.register_lookup(lookup)
        ForeignKey.register_lookup(Among)
