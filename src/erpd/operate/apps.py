from django.apps import AppConfig


class OperateConfig(AppConfig):
    name = "erpd.operate"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from erpd.accounts.desk.waiting import WAITING  # noqa: PLC0415  # models need the apps

        if _waiting not in WAITING:
            WAITING.insert(0, _waiting)  # what may be lost comes first


def _waiting() -> list[tuple[str, int, str]]:
    from erpd.operate.waiting import waiting  # noqa: PLC0415  # it loads sources and formats

    return waiting()
