from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from erpd.accounts.desk.waiting import Panel
    from erpd.harvest.models import Run, SourceSettings
    from erpd.operate.models import Trial


class OperateConfig(AppConfig):
    name = "erpd.operate"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from erpd.accounts.desk.waiting import WAITING  # noqa: PLC0415  # models need the apps
        from erpd.harvest.reach import OF_STRANGERS  # noqa: PLC0415
        from erpd.harvest.told import TOLD  # noqa: PLC0415
        from erpd.operate.trials import TRIED  # noqa: PLC0415

        if _is_of_point not in OF_STRANGERS:
            OF_STRANGERS.append(_is_of_point)
        if _tell_of_trial not in TRIED:
            TRIED.append(_tell_of_trial)
        if _waiting not in WAITING:
            WAITING.insert(0, _waiting)  # what may be lost comes first
        if _tell_of_run not in TOLD:
            TOLD.append(_tell_of_run)
        if _ask_to_tell_publishers not in TOLD:
            TOLD.append(_ask_to_tell_publishers)


def _waiting() -> "Panel":
    from erpd.operate.duty import alarms  # noqa: PLC0415  # they load sources and formats
    from erpd.operate.waiting import waiting  # noqa: PLC0415

    panel = waiting()
    return panel._replace(rows=[*alarms(), *panel.rows])


def _is_of_point(settings: "SourceSettings") -> bool:
    from erpd.operate.models import HarvestingRequest  # noqa: PLC0415  # models need the apps

    return HarvestingRequest.objects.filter(settings=settings.pk).exists()


def _tell_of_trial(trial: "Trial") -> None:
    from erpd.operate.joining.actions import tell_of_trial  # noqa: PLC0415  # it loads sources and formats

    tell_of_trial(trial)


def _tell_of_run(run: "Run") -> None:
    from erpd.operate.joining import actions as joining  # noqa: PLC0415  # they load sources and formats
    from erpd.operate.suppliers.telling import tell_of_run  # noqa: PLC0415

    tell_of_run(run)
    joining.tell_of_run(run)


def _ask_to_tell_publishers(run: "Run") -> None:
    from erpd.operate.publishers.telling import ask  # noqa: PLC0415

    ask(run)
