"""A replay from the page of a run: what it received, under the rules of today; nothing of it is kept."""

from django.test import Client

from erpd.accounts.deeds import deeds
from erpd.harvest.keeping import recording_of
from erpd.harvest.models import Entry, Run, SourceSettings
from erpd.operate.models import Replay
from erpd.operate.replays.working import replay_due
from erpd.register.models import DataSet, Version
from tests.harvest.national import Point


def kept() -> list[int]:
    return [kind.objects.count() for kind in (Run, Entry, DataSet, Version)]


def test_a_run_is_replayed_with_the_rules_of_today(point: Point, desk: Client, reading: Client) -> None:
    run = point.harvested().run
    page = f"/desk/sources/{run.settings.source.slug}/runs/{run.pk}/"
    said = desk.get(page).content.decode()
    assert "under the rules, value maps and vocabularies that hold today" in said
    assert "Refresh" not in desk.get(page)
    assert reading.post(page, {"act": "replay"}).status_code == 403
    assert replay_due() == 0
    assert desk.post(page, {"act": "replay"}).status_code == 302
    assert desk.post(page, {"act": "replay"}).status_code == 409
    assert "It waits for the worker" in desk.get(page).content.decode()
    assert desk.get(page)["Refresh"]
    SourceSettings.objects.update(rules='without = ["d0009"]\n')
    before = kept()
    assert replay_due() == 1
    assert replay_due() == 0
    assert kept() == before
    ledger = Replay.objects.get().seen["ledger"]
    names = ("received", "new", "unchanged", "rejected", "filtered", "gone")
    assert [ledger[name] for name in names] == [12, 0, 9, 2, 1, 1]
    said = desk.get(page).content.decode()
    assert "What would be found" in said
    assert "<td>10</td><td>0</td>" in said  # new then, known now
    assert deeds(size=1)[0].detail == {"run": run.pk}
    assert deeds(size=1)[0].verb == "ask for a replay"

    assert desk.post(page, {"act": "replay"}).status_code == 302
    Run.objects.create(settings=run.settings, state=Run.State.RUNNING, holder="", started=run.started)
    assert replay_due() == 0  # it waits for the end of the run
    run.settings.runs.filter(state=Run.State.RUNNING).delete()
    recording_of(run).forget()
    assert replay_due() == 1
    assert "Its recording is no longer kept." in desk.get(page).content.decode()
    refused = desk.post(page, {"act": "replay"})
    assert refused.status_code == 409
    assert "only those of the last four runs" in refused.content.decode()
    assert "Replay this run" not in desk.get(page).content.decode()
