from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "erpd.access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from erpd.access.asking.places import work_of  # noqa: PLC0415  # models need the apps
        from erpd.accounts.sign_in.work import OTHERWISE  # noqa: PLC0415

        if work_of not in OTHERWISE:
            OTHERWISE.append(work_of)
