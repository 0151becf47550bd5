"""Any sources, exported and applied: nothing changes; in an empty register, the same sources come of it."""

from dataclasses import replace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erpd.harvest.as_files.applying import apply
from erpd.harvest.as_files.document import read, written
from erpd.harvest.as_files.exporting import exported
from erpd.harvest.models import SourceSettings
from erpd.harvest.removing import mark
from erpd.harvest.secrets import seal
from erpd.harvest.source_settings import OtherCatalogue, Wanted, settings_for
from erpd.register.models import Source
from erpd.sources import SOURCES
from erpd.sources.http.credentials import Basic
from tests.proofs import length

pytestmark = pytest.mark.django_db

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
RULES = st.sampled_from(
    (
        "",
        "# a comment\nonly = ['https://data.example.org/*']\n",
        'default_language = "it"\n[values."dct:format"]\n"comma \\"separated\\"" = "CSV"\n',
        "[schedule]\nevery = 3\nbegin = 20:00:00\nend = 06:30:00\nnot_on = [2026-12-24]\npause = 0.5\n",
        '[defaults."dcat:Dataset"]\n"dct:accessRights" = "NON_PUBLIC"\n[expect]\nat_least = 3\n',
        'decisions = "https://a.example/d.ttl"\n[where]\npublisher = ["Ministère"]\ntheme = ["GOVE"]\n',
    )
)


@st.composite
def wanted(draw: st.DrawFn) -> tuple[Wanted, bool, bool]:
    """Any source, whether it is active, and whether it has been removed."""
    protocol = draw(st.sampled_from(list(SOURCES)))
    known = SOURCES[protocol].understands
    url = draw(
        st.sampled_from(["https://data.example.org", "http://Data.Example.org:8080/a%20b/", "HTTPS://x.nl"])
    )
    if protocol == "dump" and draw(st.booleans()):
        url = "/data/all of it.ttl"
    texts = {name: draw(TEXTS) if known(name) else "" for name in ("set", "query", "graph", "prefix")}
    return (
        Wanted(
            protocol,
            url,
            draw(st.sampled_from(["IT", "EL", "BE"])),
            draw(st.booleans()),
            **texts,
            policy=draw(st.sampled_from(["", "strict", "lenient"])),
            rules=draw(RULES),
            secret=draw(st.sampled_from([None, b"x"])),
            profiles=draw(st.sampled_from([(), ("dcat-ap-3.0.1",), ("dcat-ap-nl-3.0", "dcat-ap-hvd-3.0")])),
            local=True,
        ),
        draw(st.booleans()),
        draw(st.integers(0, 4)) == 0,
    )


@pytest.mark.proof
@settings(
    max_examples=length(15, 200), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.lists(wanted(), max_size=5))
def test_what_is_exported_changes_nothing(db, sources):
    with transaction.atomic():
        for one, active, removed in sources:
            secret = seal(Basic("me", "battery")) if one.secret else None
            try:
                made = settings_for(replace(one, secret=secret))
            except OtherCatalogue:
                continue
            SourceSettings.objects.filter(pk=made.pk).update(active=active)
            if removed:
                mark(made, withdraw=False)
        before, rows = exported(), stored()
        text = written(before)
        assert "battery" not in text
        declared, faults = read(text)
        assert faults == []
        assert list(declared) == list(before)
        done = apply(declared, {})
        assert done.changes == []
        assert stored() == rows

        SourceSettings.objects.all().delete()
        Source.objects.all().delete()
        auths = {name: Basic("me", "battery") for name, one in declared.items() if one.credentials}
        for name in auths:
            declared[name] = replace(declared[name], credentials="")
        assert {change.change for change in apply(declared, auths).changes} <= {"added"}
        assert exported() == before
        transaction.set_rollback(True)


def stored() -> list[dict[str, object]]:
    return list(SourceSettings.objects.order_by("pk").values())
