from django.apps import AppConfig


class SubmitConfig(AppConfig):
    name = "erpd.submit"
    default_auto_field = "django.db.models.BigAutoField"
