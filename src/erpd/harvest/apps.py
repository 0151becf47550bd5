from django.apps import AppConfig


class HarvestConfig(AppConfig):
    name = "erpd.harvest"
    default_auto_field = "django.db.models.BigAutoField"
