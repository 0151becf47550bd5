from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from erpd.accounts.desk.waiting import Panel
    from erpd.accounts.models import Membership, Person


class AccessConfig(AppConfig):
    name = "erpd.access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from erpd.accounts.actions.members import STILL_NEEDED  # noqa: PLC0415  # models need the apps
        from erpd.accounts.desk.waiting import WAITING  # noqa: PLC0415
        from erpd.accounts.sign_in.work import OTHERWISE  # noqa: PLC0415

        if _work_of not in OTHERWISE:
            OTHERWISE.append(_work_of)
        if _keep_a_handler not in STILL_NEEDED:
            STILL_NEEDED.append(_keep_a_handler)
        if _late_requests not in WAITING:
            WAITING.insert(0, _late_requests)


# What these need is loaded once they are asked: every command starts this, and the law alone takes longer to
# load than all else that is here.


def _work_of(person: "Person") -> str:
    from erpd.access.asking.places import work_of  # noqa: PLC0415

    return work_of(person)


def _keep_a_handler(member: "Membership") -> None:
    from erpd.access.handling.opening import keep_a_handler  # noqa: PLC0415

    keep_a_handler(member)


def _late_requests() -> "Panel":
    from erpd.access.requests.late import late_requests  # noqa: PLC0415

    return late_requests()
