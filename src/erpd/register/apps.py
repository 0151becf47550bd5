from django.apps import AppConfig


class RegisterConfig(AppConfig):
    name = "erpd.register"
    default_auto_field = "django.db.models.BigAutoField"
