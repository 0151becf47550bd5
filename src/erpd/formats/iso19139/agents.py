"""gmd:CI_ResponsibleParty -> publisher, contact point and other agents (GeoDCAT-AP, responsible party)."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree
from pyoxigraph import Literal, NamedNode

from erpd.formats.iso19139.alignments import alignments
from erpd.formats.iso19139.document import INSPIRE, Document, address
from erpd.metadata.graph import Node
from erpd.metadata.terms import DCAT, DCT, FOAF, LOCN, PROV, RDF, VCARD, expand

_ADDRESS = {
    "deliveryPoint": (LOCN.thoroughfare, expand("vcard:street-address")),
    "city": (LOCN.postName, VCARD.locality),
    "administrativeArea": (LOCN.adminUnitL2, VCARD.region),
    "postalCode": (LOCN.postCode, expand("vcard:postal-code")),
    "country": (LOCN.adminUnitL1, expand("vcard:country-name")),
}
_AGENTS = {"Person": FOAF.Person, "Organization": FOAF.Organization}
_CONTACTS = {"Person": VCARD.Individual, "Organization": VCARD.Organization, "": VCARD.Kind}
_CONTACT = "gmd:contactInfo/gmd:CI_Contact/"


@dataclass(frozen=True, slots=True)
class Party:
    """A responsible party with its role."""

    element: etree._Element
    role: str
    names: tuple[Literal, ...]
    """The names of the organisation, or, if there is none, of the person, or of the position."""
    iri: str
    kind: str
    """"Organization", "Person", or "" for a position, which may be one of either."""


def read_agents(document: Document) -> None:
    """State the parties responsible for the data, each in the role that the record gives it.

    Nobody stands in for a publisher or a contact that is not named.
    """
    parties = [*_parties(document, "gmd:identificationInfo/*/gmd:pointOfContact")]
    parties += _parties(
        document, "gmd:identificationInfo/*/gmd:citation/gmd:CI_Citation/gmd:citedResponsibleParty"
    )
    distributors = [*_parties(document, "gmd:distributionInfo/*/gmd:distributor/*/gmd:distributorContact")]
    agents: dict[Party, Node] = {}

    def agent(party: Party) -> Node:
        if party not in agents:
            agents[party] = _agent(document, party)
        return agents[party]

    for party in (party for party in parties if party.role == "pointOfContact"):
        document.say(DCAT.contactPoint, _contact(document, party))
    others = [party for party in parties if party.role != "pointOfContact"]
    everybody = {_written(party): party for party in (*others, *distributors)}
    # DCAT-AP allows one publisher; a second one is attributed, with that role.
    publisher = next((party for party in everybody.values() if party.role == "publisher"), None)
    roles = alignments().roles
    for party in everybody.values():
        if party is publisher:
            document.say(DCT.publisher, agent(party))
        elif party.role in roles:
            document.say(NamedNode(roles[party.role]), agent(party))
        else:
            document.say(PROV.qualifiedAttribution, _attribution(document, party, agent(party)))


def contacts_of_the_metadata(document: Document) -> list[Node]:
    """Return the contacts for the metadata record itself."""
    return [_contact(document, party) for party in _parties(document, "gmd:contact")]


def _written(party: Party) -> bytes:
    return etree.tostring(party.element, with_tail=False)


def _parties(document: Document, path: str) -> Iterator[Party]:
    for element in document.objects(document.root, path):
        organisation = document.texts_at(element, "gmd:organisationName")
        person = document.texts_at(element, "gmd:individualName")
        names = organisation or person or document.texts_at(element, "gmd:positionName")
        if names or document.text(element, f"{_CONTACT}gmd:address/*/gmd:electronicMailAddress"):
            found = document.first(element, "gmd:organisationName" if organisation else "gmd:individualName")
            iri = document.link(found)
            role = document.code(element, "gmd:role")
            kind = "Organization" if organisation else "Person" if person else ""
            yield Party(element, role, tuple(names), iri, kind)


def _agent(document: Document, party: Party) -> Node:
    node = document.node(FOAF.Agent, party.iri)
    document.add(node, RDF.type, *([_AGENTS[party.kind]] if party.kind else []))
    mails = _mails(document, party)
    document.add(node, FOAF.name, *(party.names or mails))
    document.add(node, FOAF.mbox, *mails)
    document.add(node, FOAF.phone, *_telephones(document, party))
    document.add(node, FOAF.workplaceHomepage, *_pages(document, party))
    for element in document.objects(party.element, f"{_CONTACT}gmd:address"):
        lines = _lines(document, element, 0)
        if lines:
            home = document.node(LOCN.Address)
            document.add(node, LOCN.address, home)
            for predicate, text in lines:
                document.add(home, predicate, text)
    return node


def _contact(document: Document, party: Party) -> Node:
    node = document.node(_CONTACTS[party.kind])
    mails = _mails(document, party)
    document.add(node, VCARD.fn, *(party.names or mails))
    if party.kind != "Person":
        people = document.texts_at(party.element, "gmd:individualName")
        people += document.texts_at(party.element, "gmd:positionName")
        document.add(node, VCARD.role, *(person for person in people if person not in party.names))
    document.add(node, VCARD.hasEmail, *mails)
    document.add(node, VCARD.hasTelephone, *_telephones(document, party))
    document.add(node, VCARD.hasURL, *_pages(document, party))
    for element in document.objects(party.element, f"{_CONTACT}gmd:address"):
        lines = _lines(document, element, 1)
        if lines:
            home = document.node(VCARD.Address)
            document.add(node, VCARD.hasAddress, home)
            for predicate, text in lines:
                document.add(home, predicate, text)
    for path in ("gmd:hoursOfService", "gmd:contactInstructions"):
        document.add(node, VCARD.note, *document.texts_at(party.element, _CONTACT + path))
    return node


def _attribution(document: Document, party: Party, agent: Node) -> Node:
    node = document.node(PROV.Attribution)
    document.add(node, PROV.agent, agent)
    if party.role.isalnum():
        document.add(node, DCAT.hadRole, NamedNode(f"{INSPIRE}ResponsiblePartyRole/{party.role}"))
    return node


def _mails(document: Document, party: Party) -> list[Literal]:
    """Mail addresses as text: mending turns them into links."""
    path = f"{_CONTACT}gmd:address/gmd:CI_Address/gmd:electronicMailAddress"
    return [Literal(text.value) for text in document.texts_at(party.element, path)]


def _telephones(document: Document, party: Party) -> list[Literal]:
    path = f"{_CONTACT}gmd:phone/gmd:CI_Telephone/gmd:voice"
    return [Literal(text.value) for text in document.texts_at(party.element, path)]


def _pages(document: Document, party: Party) -> list[NamedNode]:
    path = f"{_CONTACT}gmd:onlineResource/gmd:CI_OnlineResource/gmd:linkage"
    links = (address(document.text(element, "gmd:URL")) for element in document.all(party.element, path))
    return [NamedNode(link) for link in links if link]


def _lines(document: Document, element: etree._Element, vocabulary: int) -> list[tuple[NamedNode, Literal]]:
    return [
        (predicates[vocabulary], text)
        for name, predicates in _ADDRESS.items()
        for text in document.texts_at(element, f"gmd:{name}")
    ]
