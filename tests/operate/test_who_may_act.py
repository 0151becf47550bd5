"""Every act at the desk by every role: only who may do it has an effect, and is in the audit log.

What everybody may do is docs/who-may-what.md: only operators change sources and the node; reviewers decide.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from lxml import html

from erpd.accounts.acts import Act
from erpd.accounts.deeds import deeds
from erpd.accounts.mails import tell
from erpd.accounts.may import Role
from erpd.accounts.models import Deed, Mail, Owner, Person
from erpd.harvest.models import SourceSettings
from tests.accounts.people import READER, approved, member, operator, person, requested
from tests.harvest.national import Point, many
from tests.operate.conftest import at_desk

pytestmark = pytest.mark.django_db


def acts() -> set[str]:
    def below(kind: type[Act]) -> Iterator[type[Act]]:
        for one in kind.__subclasses__():
            yield one
            yield from below(one)

    floors = ("erpd.operate.", "erpd.accounts.desk.")
    return {kind.name for kind in below(Act) if kind.__module__.startswith(floors) and hasattr(kind, "name")}


# The pages on which reviewers decide.
DECIDED = {"operate:run", "operate:deletions", "operate:identifiers", "operate:value"}


@pytest.fixture
def given(point: Point, db: None) -> dict[str, Any]:
    """What the addresses of the desk name."""
    run = point.harvested().run
    admin = person("admin@office.example")
    waits, owner = requested(admin, "Waits"), approved(admin)
    tell("anna@stat.example", "removed", title="x")
    Mail.objects.update(state=Mail.State.FAILED)
    somebody = person("somebody@portal.example").person
    assert somebody
    slug = SourceSettings.objects.get().source.slug
    return {
        "waits": waits.slug,
        "owner": owner.slug,
        "slug": slug,
        "run": run.pk,
        "mail": Mail.objects.latest("pk").pk,
        "person": somebody.pk,
    }


def addresses(given: dict[str, Any]) -> dict[str, str]:
    """Every address of the desk, from the table of URLs."""
    found = {}
    for space in ("desk", "operate"):
        for one in get_resolver().namespace_dict[space][1].url_patterns:
            assert isinstance(one, URLPattern)
            names = one.pattern.converters
            number = {"mail": "mail", "person": "person"}.get(str(one.name), "run")
            known = {
                "slug": given["owner" if space == "desk" else "slug"],
                "number": given[number],
                "entry": 1,
            }
            found[f"{space}:{one.name}"] = reverse(f"{space}:{one.name}", kwargs={n: known[n] for n in names})
    return found


def test_who_only_looks_does_nothing_at_the_desk(given: dict[str, Any]) -> None:
    looks = person("reader@portal.example", office=Person.Office.READER)
    reader = member(Owner.objects.get(slug=given["owner"]), "reads@land.example", READER)
    before, log = _state(), Deed.objects.count()
    names = acts()
    assert {"prove", "undo", "revoke", "approve", "make"} <= names
    for role, client in ((Role.DESK_READER, at_desk(looks)), (Role.READER, at_desk(reader))):
        for name, address in addresses(given).items():
            for act in names:
                status = client.post(address, {"act": act, "id": "1", "reason": "x"}).status_code
                allowed = {404, 405} if role is Role.READER else {403, 404, 405}
                assert status in allowed, (role, name, act)
    assert Client().post("/desk/").status_code == 405
    assert (_state(), Deed.objects.count()) == (before, log)


def test_a_reviewer_decides_and_changes_no_settings(given: dict[str, Any]) -> None:
    """They undo a run and let a source be harvested. Deletions, identifiers, values: see their tests."""
    reviewer = person("reviewer@portal.example", office=Person.Office.REVIEWER)
    client, before = at_desk(reviewer), _state()
    for name, address in addresses(given).items():
        for act in () if name in DECIDED else acts():
            if (name, act) != ("operate:source", "ask"):
                status = client.post(address, {"act": act, "id": "1", "reason": "x"}).status_code
                assert status in {403, 404, 405}, (name, act)
    assert _state() == before
    of, log = addresses(given), Deed.objects.count()
    assert client.post(of["operate:source"], {"act": "ask"}).status_code == 302
    assert SourceSettings.objects.get().asked
    assert client.post(of["operate:run"], {"act": "undo"}).status_code in (200, 302)
    assert Deed.objects.filter(person=reviewer.person).count() == Deed.objects.count() - log == 3


def offered(client: Client) -> set[tuple[str, str]]:
    """(page, act) of every form that pages of the desk show; each of their links has to lead to a page."""
    found, seen, ways = set(), {"/desk/"}, ["/desk/"]
    while ways:
        address = ways.pop()
        answer = client.get(address)
        assert answer.status_code == 200, address
        if "html" not in answer["Content-Type"]:
            continue
        page = html.fromstring(answer.content)
        name = answer.resolver_match.view_name
        found |= {(name, str(act)) for act in page.xpath("//form//input[@name='act']/@value")}
        links = {str(link).partition("#")[0] for link in page.xpath("//main//a/@href")}
        near = {f"{answer.request['PATH_INFO']}{link}" if link.startswith("?") else link for link in links}
        new = {link for link in near if link.startswith("/desk/")} - seen
        seen |= new
        ways += new
    return found


def test_pages_offer_what_one_may_do_and_nothing_else(given: dict[str, Any], point: Point) -> None:
    point.lists(many(5))
    assert point.harvested().run.held
    looks = person("reader@portal.example", office=Person.Office.READER)
    decides = person("reviewer@portal.example", office=Person.Office.REVIEWER)
    assert offered(at_desk(looks)) == set()
    deciding = {
        *((f"operate:{page}", act) for page, act in (("source", "ask"), ("run", "undo"), ("run", "replay"))),
        *(("operate:deletions", act) for act in ("approve", "approve-chosen", "refuse")),
    }
    assert offered(at_desk(decides)) == deciding
    more = {("operate:source", "off"), ("operate:settings", "rules"), ("operate:supplier", "make")}
    assert deciding | more | {("desk:owner", "approve")} <= offered(at_desk(operator()))


def _state() -> list[Any]:
    return [
        list(Owner.objects.order_by("pk").values_list("slug", "state")),
        list(Person.objects.order_by("pk").values_list("email", "office", "is_active")),
        list(SourceSettings.objects.values_list("active", "asked", "removed", "rules")),
        list(Mail.objects.values_list("state")),
    ]


def test_what_an_operator_does_is_one_line_of_the_audit_log(given: dict[str, Any]) -> None:
    client, of = at_desk(operator()), addresses(given)
    slug = given["slug"]
    waits = reverse("desk:owner", args=[given["waits"]])
    done = [
        ("operate:proofs", {"act": "prove", "proof": "doors"}, "doors"),
        ("operate:source", {"act": "ask"}, slug),
        ("operate:source", {"act": "off"}, slug),
        ("operate:source", {"act": "on"}, slug),
        ("operate:supplier", {"act": "make"}, slug),
        ("operate:supplier", {"act": "revoke"}, slug),
        ("operate:run", {"act": "undo"}, slug),
        ("desk:mail", {"act": "again"}, str(given["mail"])),
        ("desk:person", {"act": "office", "office": "reviewer"}, "somebody@portal.example"),
        (waits, {"act": "refuse", "reason": "No."}, given["waits"]),
    ]
    for page, said, name in done:
        log = Deed.objects.count()
        answer = client.post(of.get(page, page), said)
        assert answer.status_code in (200, 302), (page, said, answer.content.decode())
        # An undo takes long, and is written when it begins and when it ends.
        assert Deed.objects.count() == log + (2 if said["act"] == "undo" else 1), (page, said)
        [line] = deeds(size=1)
        assert (line.by, line.person) == ("operator@portal.example", operator().person)
        assert line.verb
        assert name in line.name, (page, said, line.name)


def test_what_an_operator_decides_is_in_the_audit_log(given: dict[str, Any]) -> None:
    """Deletions, identifiers, maps and objections: see their own tests."""
    client, slug = at_desk(operator()), given["slug"]
    waits, people = reverse("desk:owner", args=[given["waits"]]), f"/desk/people/{given['person']}/"
    admin = person("admin@office.example").person
    assert admin
    settings, file = f"/desk/sources/{slug}/settings/", "/desk/sources/+file/"
    signed = {"person": admin.pk, "version": 1, "language": "en"}
    listed = SimpleUploadedFile("list.csv", b"iri,title_en\nhttps://x.example/1,One\n")
    tried = client.post("/desk/organisations/", {"act": "check", "file": listed})
    imported = tried.context["acts"]["import"]["checked"].value()
    new = '[sources.sea]\nprotocol = "dump"\nurl = "https://sea.example/"\ncountry = "NL"\n'
    done: list[tuple[str, dict[str, Any], str, str]] = [
        (waits, {"act": "approve", "slug": given["waits"]}, "approve", given["waits"]),
        (waits, {"act": "confirm"}, "confirm", given["waits"]),
        (
            waits,
            {"act": "paper", **signed},
            "accept",
            given["waits"],
        ),
        (waits, {"act": "close", "reason": "merged"}, "close", given["waits"]),
        ("/desk/agreement/new/", {"act": "publish", "text_en": "New", "changes_en": "All"}, "publish", "2"),
        ("/desk/organisations/", {"act": "import", "checked": imported}, "import", "organisations"),
        (people, {"act": "end", "reason": "left"}, "end", "somebody@portal.example"),
        (people, {"act": "open"}, "open", "somebody@portal.example"),
        (file, {"act": "apply", "text": new}, "add", "sea"),
        (settings, {"act": "credentials", "kind": "none"}, "remove credentials", slug),
    ]
    for page, said, verb, name in done:
        before = Deed.objects.latest("pk").pk
        answer = client.post(page, said)
        assert answer.status_code == 302, (page, said, answer.content.decode())
        lines = Deed.objects.filter(pk__gt=before)
        assert (verb, name) in set(lines.values_list("verb", "name")), (page, said, list(lines.values()))
        assert {line.person for line in lines} == {operator().person}
