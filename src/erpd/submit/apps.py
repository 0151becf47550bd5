from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from erpd.harvest.models import Run


class SubmitConfig(AppConfig):
    name = "erpd.submit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from erpd.accounts.actions.transfers import CARRIERS  # noqa: PLC0415  # models need the apps
        from erpd.accounts.desk.waiting import WAITING  # noqa: PLC0415
        from erpd.harvest.reach import OF_OWNERS  # noqa: PLC0415
        from erpd.harvest.schedule import BARS  # noqa: PLC0415
        from erpd.harvest.told import TOLD  # noqa: PLC0415
        from erpd.submit.carrying import carry  # noqa: PLC0415
        from erpd.submit.own_portal.waiting import barred, is_of_owner, waiting  # noqa: PLC0415

        if carry not in CARRIERS:
            CARRIERS.append(carry)
        if barred not in BARS:
            BARS.append(barred)
        if is_of_owner not in OF_OWNERS:
            OF_OWNERS.append(is_of_owner)
        if _tell_of_run not in TOLD:
            TOLD.append(_tell_of_run)
        if waiting not in WAITING:
            WAITING.append(waiting)


def _tell_of_run(run: "Run") -> None:
    from erpd.submit.own_portal.telling import tell_of_run  # noqa: PLC0415  # it loads sources and formats

    tell_of_run(run)
