from django.apps import AppConfig


class SubmitConfig(AppConfig):
    name = "erpd.submit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from erpd.accounts.actions.transfers import CARRIERS  # noqa: PLC0415  # models need the apps
        from erpd.submit.carrying import carry  # noqa: PLC0415

        if carry not in CARRIERS:
            CARRIERS.append(carry)
