"""The data sets about which questions can be asked: those of an owner whose address is confirmed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from erpd.accounts.models import Owner
from erpd.accounts.readiness import CONFIRMED_FOR
from erpd.register.models import Catalogue
from erpd.register.prepared import Prepared
from erpd.submit.models import Delivery


def is_askable(key: UUID) -> bool:
    """Whether a question about the data set with this key reaches somebody."""
    return bool(_askable(key, *_parameters()))


def askable(key: UUID) -> Delivery | None:
    """The delivery of the data set with this key, with its owner; None if nobody can be asked about it."""
    return _query(key, *_parameters()).select_related("owner").first()


def _parameters() -> tuple[str, str, str, datetime]:
    since = timezone.now() - CONFIRMED_FOR
    return Delivery.State.PUBLISHED, Catalogue.Kind.TEST, Owner.State.APPROVED, since


def _query(key: UUID, state: str, kind: str, owner: str, since: datetime) -> QuerySet[Delivery]:
    found = Delivery.objects.filter(data_set=key).filter(state=state).exclude(catalogue__kind=kind)
    return found.filter(owner__state=owner).filter(owner__confirmed__gt=since)


def _rows(*given: Any) -> QuerySet[Any, Any]:
    return _query(*given).values_list("pk")


_askable = Prepared(_rows)
