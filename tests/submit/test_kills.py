"""Killed at any statement, a delivery and all that goes with it are as before; and the next try is done."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.http import Http404

from erpd.accounts.actions import transfers
from erpd.accounts.models import Holding, Key
from erpd.register.models import DataSet
from erpd.submit import actions
from erpd.submit.giving import give_data_set
from erpd.submit.models import Delivery
from erpd.submit.refusals import Refusal
from tests.harvest.killing import Killed, killed_at
from tests.proofs import length
from tests.submit.delivery_api.conftest import api_of, body
from tests.submit.owners import Office, office, record
from tests.submit.test_actions import at_once

pytestmark = pytest.mark.django_db(transaction=True)
_STEP = length(6, 1)
_OF_NOBODY = {"used", "used_from"}  # of a key: it was used, whatever became of it


def everything() -> dict[str, list[dict[str, Any]]]:
    """All rows of these floors."""
    models = [
        model for app in ("accounts", "register", "submit") for model in apps.get_app_config(app).get_models()
    ]
    return {
        model.__name__: [
            {name: value for name, value in row.items() if name not in _OF_NOBODY}
            for row in model._default_manager.order_by("pk").values()
        ]
        for model in models
    }


def killed_everywhere(act: Callable[[], Any]) -> Any:
    """Kill ``act`` before each of its statements in turn, until one try comes to its end."""
    before, statement = everything(), 0
    while True:
        try:
            with killed_at(statement) as sent:
                done = act()
        except Killed:
            assert everything() == before, (statement, sent)
            statement += _STEP
            continue
        assert everything() != before
        return done


@pytest.mark.proof
def test_killed_anywhere_everything_is_as_before() -> None:
    cbs, knmi = office("cbs"), office("knmi")
    who, real, test = cbs.actor(), cbs.catalogues["protected"], cbs.catalogues["test"]
    draft = killed_everywhere(lambda: actions.deliver(who=who, catalogue=real, record=record("draft")))
    killed_everywhere(lambda: actions.erase(who=who, delivery=draft))
    one = killed_everywhere(lambda: actions.deliver(who=who, catalogue=real, record=record(), publish=True))
    killed_everywhere(lambda: actions.change(who=who, delivery=one, record=record(title="New")))
    killed_everywhere(lambda: actions.withdraw(who=who, delivery=one))
    one.refresh_from_db()
    killed_everywhere(lambda: actions.publish(who=who, delivery=one))
    tried = actions.deliver(who=who, catalogue=test, record=record("tried"), publish=True)
    killed_everywhere(lambda: actions.publish_for_real(who=who, delivery=tried, catalogue=real))
    killed_everywhere(lambda: actions.empty(who=who, catalogue=test))
    offer = killed_everywhere(lambda: give_data_set(who=cbs.actor("admin"), delivery=one, to=knmi.owner))
    killed_everywhere(lambda: transfers.accept(who=knmi.actor("admin"), transfer=offer))
    key = cbs.key("open")
    whole = cbs.catalogues["open"]
    actions.deliver(who=who, catalogue=whole, record=record("open", iri="http://data.example/open"))
    offer = killed_everywhere(
        lambda: transfers.give_catalogue(who=cbs.actor("admin"), catalogue=whole, to=knmi.owner)
    )
    killed_everywhere(lambda: transfers.accept(who=knmi.actor("admin"), transfer=offer))
    assert Key.objects.get(pk=key.pk).revoked
    killed_everywhere(lambda: actions.remove(who=knmi.actor(), delivery=one))
    api = api_of(cbs)
    made = killed_everywhere(
        lambda: api("POST", "datasets?publicationStatus=PUBLISHED", body(), Idempotency_Key="once")
    )
    assert (
        api("POST", "datasets?publicationStatus=PUBLISHED", body(), Idempotency_Key="once").json()
        == made.json()
    )


def test_a_data_set_and_its_catalogue_go_while_others_write(shared) -> None:
    """Whoever is later is told; nothing of one owner is left in the catalogue of the other."""
    cbs, knmi = office("cbs"), office("knmi")
    whole = cbs.catalogues["protected"]
    one = actions.deliver(who=cbs.actor(), catalogue=whole, record=record(), publish=True)
    offer = give_data_set(who=cbs.actor("admin"), delivery=one, to=knmi.owner)
    done = at_once(lambda number: _race(number, cbs, knmi, one, offer))
    assert not [
        each for each in done if not isinstance(each, Delivery | Refusal | transfers.Transfer | Http404)
    ]
    one.refresh_from_db()
    assert (one.owner, one.catalogue) == (knmi.owner, knmi.catalogues["protected"])
    assert DataSet.objects.get().catalogue == one.catalogue
    offer = transfers.give_catalogue(who=cbs.actor("admin"), catalogue=whole, to=knmi.owner)

    def act(number: int) -> Any:
        try:
            if number == 0:
                return transfers.accept(who=knmi.actor("admin"), transfer=offer)
            return actions.deliver(
                who=cbs.actor(), catalogue=whole, record=record(f"n{number}"), publish=True
            )
        except Http404 as error:
            return error

    at_once(act)
    assert set(Delivery.objects.values_list("owner", flat=True)) == {knmi.owner.pk}
    assert Holding.objects.get(catalogue=whole).owner == knmi.owner


def _race(number: int, cbs: Office, knmi: Office, one: Delivery, offer: Any) -> Any:
    try:
        if number == 0:
            return transfers.accept(who=knmi.actor("admin"), transfer=offer)
        return actions.change(who=cbs.actor(), delivery=one, record=record(title=f"By {number}"))
    except Http404 as error:
        return error
