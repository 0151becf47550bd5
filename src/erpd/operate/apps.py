from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from erpd.harvest.models import Run


class OperateConfig(AppConfig):
    name = "erpd.operate"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from erpd.accounts.desk.waiting import WAITING  # noqa: PLC0415  # models need the apps
        from erpd.harvest.told import TOLD  # noqa: PLC0415

        if _waiting not in WAITING:
            WAITING.insert(0, _waiting)  # what may be lost comes first
        if _tell_of_run not in TOLD:
            TOLD.append(_tell_of_run)


def _waiting() -> list[tuple[str, int, str]]:
    from erpd.operate.duty import alarms  # noqa: PLC0415  # they load sources and formats
    from erpd.operate.waiting import waiting  # noqa: PLC0415

    return [*alarms(), *waiting()]


def _tell_of_run(run: "Run") -> None:
    from erpd.operate.joining import actions as joining  # noqa: PLC0415  # they load sources and formats
    from erpd.operate.suppliers.telling import tell_of_run  # noqa: PLC0415

    tell_of_run(run)
    joining.tell_of_run(run)
