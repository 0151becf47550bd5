from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "erpd.access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from erpd.access.asking.places import work_of  # noqa: PLC0415  # models need the apps
        from erpd.access.handling.opening import keep_a_handler  # noqa: PLC0415
        from erpd.accounts.actions.members import STILL_NEEDED  # noqa: PLC0415
        from erpd.accounts.sign_in.work import OTHERWISE  # noqa: PLC0415

        if work_of not in OTHERWISE:
            OTHERWISE.append(work_of)
        if keep_a_handler not in STILL_NEEDED:
            STILL_NEEDED.append(keep_a_handler)
