import pytest
from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.metadata.terms import DCAT, DCT, FOAF, RDF, VCARD
from tests.formats.ckan.packages import FIELD, objects, record, values

PAGE = "https://office.example/about"
MAIL = {"creator": FOAF.mbox, "publisher": FOAF.mbox, "contactPoint": VCARD.hasEmail}
HOME = {"creator": FOAF.homepage, "publisher": FOAF.homepage, "contactPoint": VCARD.hasURL}
NAME = {"creator": FOAF.name, "publisher": FOAF.name, "contactPoint": VCARD.fn}
ROLES = [
    ("author", DCT, "creator"),
    ("maintainer", DCAT, "contactPoint"),
    ("publisher", DCT, "publisher"),
    ("creator", DCT, "creator"),
    ("contact", DCAT, "contactPoint"),
    ("contact_point", DCAT, "contactPoint"),
]
every_role = pytest.mark.parametrize(("role", "space", "term"), ROLES, ids=[role for role, _, _ in ROLES])


def fields_of(record):
    """What was not read."""
    return {each.value for node in record.graph.nodes.values() for each in node if "urn:ckan" in each.value}


@every_role
def test_a_name_and_the_single_fields_beside_it_are_one_agent(role, space, term):
    """Plain CKAN; of the publisher as ckanext-dcat writes it."""
    found = record(
        {
            "id": "p1",
            role: "Office",
            f"{role}_name": "Office",
            f"{role}_email": "a@x.example",
            "extras": [
                {"key": f"{role}_uri", "value": "https://x.example/office"},
                {"key": f"{role}_url", "value": PAGE},
                {"key": f"{role}_identifier", "value": "42"},
            ],
        }
    )
    property_ = getattr(space, term)
    assert values(found, property_) == ["https://x.example/office"]
    assert values(found, property_, NAME[term]) == ["Office"]
    assert values(found, property_, MAIL[term]) == ["mailto:a@x.example"]
    assert values(found, property_, HOME[term]) == [PAGE]
    assert "42" in [
        value.value for (value,) in found.graph.nodes[found.graph.first(found.dataset, property_)].values()
    ]
    assert not fields_of(found)


def test_the_type_of_a_publisher_is_one_of_its_fields_and_another_name_is_kept():
    kind = "http://purl.org/adms/publishertype/NationalAuthority"
    package = {"publisher": {"nl": "Ministerie"}, "publisher_type": kind, "publisher_name": "Ministry"}
    found = record({"id": "p1", **package})
    assert values(found, DCT.publisher, DCT.type) == [kind]
    assert values(found, DCT.publisher, FOAF.name) == ["Ministerie"]
    assert values(found, FIELD.publisher_name) == ["Ministry"]


@every_role
def test_a_link_is_the_agent_itself_with_or_without_an_address(role, space, term):
    property_ = getattr(space, term)
    for more in ({}, {f"{role}_email": "a@x.example", f"{role}_name": "Office"}):
        found = record({"id": "p1", role: PAGE, **more})
        assert values(found, property_) == [PAGE]
        assert values(found, property_, NAME[term]) == (["Office"] if more else [])
        assert values(found, property_, MAIL[term]) == (["mailto:a@x.example"] if more else [])
        assert not fields_of(found)


@every_role
@pytest.mark.parametrize("way", ["fields", "object"])
def test_a_link_in_the_place_of_a_name_is_the_home_page(role, space, term, way):
    said = {"name": PAGE, "email": "a@x.example"}
    package = {f"{role}_{part}": value for part, value in said.items()} if way == "fields" else {role: said}
    found = record({"id": "p1", **package})
    (agent,) = objects(found, getattr(space, term))
    assert isinstance(agent, BlankNode)
    assert found.graph.objects(agent, HOME[term]) == [NamedNode(PAGE)]
    assert found.graph.objects(agent, MAIL[term]) == [NamedNode("mailto:a@x.example")]
    assert not found.graph.objects(agent, NAME[term])
    assert len(found.graph.objects(agent, RDF.type)) == 1


def test_a_name_with_a_link_in_it_is_a_name():
    for name in (
        "Office, https://office.example",
        "https://office.example (Office)",
        "urn:office",
        "Info: us",
    ):
        found = record({"id": "p1", "publisher": {"name": name}})
        assert values(found, DCT.publisher, FOAF.name) == [name]


def test_nobody_could_tell_whose_of_several_the_single_fields_are():
    objects_ = {"publisher": {"name": "New office"}, "publisher_email": "old@x.example"}
    for package in ({"publisher": ["A", "B"], "publisher_email": "old@x.example"}, objects_):
        found = record({"id": "p1", **package})
        assert values(found, DCT.publisher, FOAF.mbox) == []
        assert values(found, FIELD.publisher_email) == ["old@x.example"]
    found = record({"id": "p1", "contact": "A", "contact_point": "B", "contact_point_email": "b@x.example"})
    (_, contact) = objects(found, DCAT.contactPoint)
    assert values(found, DCAT.contactPoint, VCARD.hasEmail) == ["mailto:b@x.example"]
    assert found.graph.objects(contact, VCARD.fn) == [Literal("B")]
    assert found.graph.objects(contact, VCARD.hasEmail)


def test_the_address_of_a_publisher_without_a_name_does_not_hide_the_organization():
    package = {"id": "p1", "publisher_email": "desk@x.example"}
    assert values(record(package), DCT.publisher, FOAF.mbox) == ["mailto:desk@x.example"]
    found = record({**package, "organization": {"id": "o1", "title": "Agency"}})
    assert values(found, DCT.publisher, FOAF.name) == ["Agency"]
    assert values(found, FIELD.publisher_email) == ["desk@x.example"]


@pytest.mark.parametrize(
    ("contact", "name", "mail"),
    [
        ("info@x.example", [], ["mailto:info@x.example"]),
        ("mailto:info@x.example", [], ["mailto:info@x.example"]),
        ("Helpdesk <info@x.example>", ["Helpdesk"], ["mailto:info@x.example"]),
        ({"fn": "Helpdesk", "hasEmail": "mailto:info@x.example"}, ["Helpdesk"], ["mailto:info@x.example"]),
        (
            {"fn": "Helpdesk", "hasEmail": {"@id": "mailto:info@x.example"}},
            ["Helpdesk"],
            ["mailto:info@x.example"],
        ),
        ("Helpdesk (info@x.example)", ["Helpdesk (info@x.example)"], []),
    ],
)
def test_addresses_of_contacts(contact, name, mail):
    found = record({"id": "p1", "contact": contact})
    assert values(found, DCAT.contactPoint, VCARD.fn) == name
    assert values(found, DCAT.contactPoint, VCARD.hasEmail) == mail


@pytest.mark.parametrize(
    ("package", "name", "mail"),
    [
        ({"author": "Ada", "author_email": "ada@x.example"}, ["Ada"], ["mailto:ada@x.example"]),
        ({"author": "Ada <ada@x.example>"}, ["Ada"], ["mailto:ada@x.example"]),
        (
            {"author": [{"name": "Ada"}, {"name": "Bob", "email": "b@x.example"}]},
            ["Bob"],
            ["mailto:b@x.example"],
        ),
        ({"author": "Ada", "maintainer": "Bob"}, ["Bob"], []),
        ({"author": "Ada", "contact_email": "c@x.example"}, [], ["mailto:c@x.example"]),
        ({"author": "https://x.example/ada"}, [], []),
    ],
)
def test_the_author_is_the_contact_where_there_is_no_other(package, name, mail):
    found = record({"id": "p1", **package})
    assert values(found, DCAT.contactPoint, VCARD.fn) == name
    assert values(found, DCAT.contactPoint, VCARD.hasEmail) == mail
    assert values(found, DCT.creator)


def test_who_holds_the_rights():
    found = record({"id": "p1", "holder_name": "Comune", "holder_identifier": "c_a345"})
    assert values(found, DCT.rightsHolder, FOAF.name) == ["Comune"]
    assert values(found, DCT.rightsHolder, DCT.identifier) == ["c_a345"]
