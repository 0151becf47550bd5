"""Publishers, creators, contacts: as objects (G5.2.2, ckanext-scheming) or field by field (ckanext-dcat)."""

import re
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode

from erpd.formats.ckan.fields import Fields, folded
from erpd.formats.ckan.statements import Maker, Row, Statements, each_of, plain, reference, row, text, thing
from erpd.formats.ckan.values import address, is_by_language, is_empty, items, link, text_of
from erpd.formats.json_values import Json
from erpd.metadata.graph import Node, Term
from erpd.metadata.iri import is_iri
from erpd.metadata.terms import DCAT, DCT, FOAF, RDF, SKOS, VCARD

_MAIL = re.compile(r"(?:mailto:)?([^\s@<>:;,()]{1,64}@[^\s@<>:;,()]{1,255})", re.IGNORECASE)
_NAMED_MAIL = re.compile(r"([^<>@]{1,200}?)\s*<([^<>]{3,320})>")
_IRI = ("uri", "resource", "iri", "@id")
# The last ones are for links, but may hold a name instead.
_NAMES = "name_translated title_translated name title display_name label fn resource uri iri @id"
_PARTS = ("uri", "name", "email", "mail", "url", "link", "type", "identifier", "phone", "telephone")


def _mail(statements: Statements, value: Json) -> Term | None:
    words = text_of(next(iter(value.values()), "") if isinstance(value, dict) and len(value) == 1 else value)
    match = _MAIL.fullmatch(words)
    if match and is_iri(f"mailto:{match[1]}"):
        return NamedNode(f"mailto:{match[1]}")
    return Literal(words) if words else None


def _name(statements: Statements, value: Json) -> list[Term] | None:
    return None if _pages(statements, value) else text(statements, value)


def _page(statements: Statements, value: Json) -> Term | None:
    page = address(value)
    return NamedNode(page) if page.lower().startswith(("http://", "https://")) else None


MAILS = each_of(_mail)
_pages = each_of(_page)
AGENT = (
    row(FOAF.name, _NAMES, _name, one=True),
    row(FOAF.mbox, "email mbox mail has_email", MAILS),
    row(FOAF.homepage, "url homepage website link", reference),
    row(FOAF.homepage, _NAMES, _pages),
    row(FOAF.phone, "phone telephone", reference),
    row(DCT.type, "type", thing(SKOS.Concept, SKOS.prefLabel), one=True),
    row(DCT.identifier, "identifier", plain),
)
CONTACT = (
    row(VCARD.fn, _NAMES, _name, one=True),
    row(VCARD.hasEmail, "email mail mbox has_email", MAILS),
    row(VCARD.hasURL, "url homepage website link has_url", reference),
    row(VCARD.hasURL, _NAMES, _pages),
    row(VCARD.hasTelephone, "phone telephone has_telephone", reference),
    row(VCARD.hasUID, "identifier", reference),
)
_ORGANIZATION = (
    row(FOAF.name, "title_translated title display_name name", text, one=True),
    row(DCT.description, "description_translated description", text, one=True),
    row(FOAF.mbox, "email mail", MAILS),
    row(FOAF.homepage, "url homepage", reference),
    row(DCT.identifier, "identifier", plain),
)


def _maker(kind: NamedNode, rows: tuple[Row, ...]) -> Maker:
    def agent(statements: Statements, value: Json) -> Term | None:
        if not isinstance(value, dict):
            mail = _with_mail(text_of(value))
            name = None if mail else link(value)
            if name is not None or not text_of(value):
                return name
            value = mail or value
        if not isinstance(value, dict) or is_by_language(value):
            value = {"name": value}
        fields = Fields(value)
        node = statements.described(fields, _IRI, kind)
        _join_names(statements, node, fields, rows[0].predicate)
        statements.tell(node, fields, rows)
        statements.keep(node, fields)
        if node in statements.graph.nodes:
            statements.add(node, RDF.type, kind)
        return node

    return each_of(agent)


def _with_mail(words: str) -> dict[str, Json] | None:
    """Find an e-mail address where a name is expected, alone or after one: ``Ada <ada@x.example>``."""
    if _MAIL.fullmatch(words):
        return {"email": words}
    named = _NAMED_MAIL.fullmatch(words)
    return {"name": named[1].strip(), "email": named[2]} if named and _MAIL.fullmatch(named[2]) else None


def _join_names(statements: Statements, node: Node, fields: Fields, predicate: NamedNode) -> None:
    """Put the names of an author of research data together: ``{"given_name": "Ada", "name": "Lovelace"}``."""
    given, name = (text_of(fields.peek(part)) for part in ("given_name", "name"))
    if given and name:
        fields.take("given_name")
        fields.take("name")
        statements.add(node, predicate, Literal(f"{given} {name}"))


agents = _maker(FOAF.Agent, AGENT)
contacts = _maker(VCARD.Kind, CONTACT)

# Property, fields that hold objects, prefixes of single fields, and how to read them.
_ROLES: tuple[tuple[NamedNode, str, str, Maker], ...] = (
    (DCT.publisher, "publisher", "publisher dcat_publisher", agents),
    (DCT.creator, "creator", "creator dcat_creator", agents),
    (DCT.creator, "author", "author", agents),
    (DCAT.contactPoint, "contact contact_point contact_points", "contact contact_point", contacts),
    (DCAT.contactPoint, "maintainer", "maintainer", contacts),
    (DCT.rightsHolder, "rights_holder holder", "rights_holder holder", agents),
)
# Prefix -> the folded names of its single fields.
_SINGLE = {
    prefix: tuple(folded(f"{prefix}_{part}") for part in _PARTS)
    for _, _, prefixes, _ in _ROLES
    for prefix in prefixes.split()
}


def tell_agents(statements: Statements, data_set: Node, package: Fields) -> None:
    """State who is responsible. If the package names no publisher, its organization is the publisher."""
    authors = _authors(package)
    for predicate, objects, prefixes, make in _ROLES:
        told = False
        for key, value in list(package.each(*objects.split())):
            made = make(statements, _joined(package, key[0], value))
            if made:
                package.use(key)
                statements.add(data_set, predicate, *made)
                told = True
        for prefix in () if told else prefixes.split():
            if package.lacks(_SINGLE[prefix]):
                continue
            named = any(package.peek(f"{prefix}_{part}") for part in ("name", "uri"))
            if predicate == DCT.publisher and package.peek("organization") and not named:
                continue  # only an address: the organization says who it is
            flat = {part: package.take(f"{prefix}_{part}") for part in _PARTS}
            if not is_empty(flat):
                statements.add(data_set, predicate, *(make(statements, _named(flat)) or ()))
                break
    if not statements.graph.objects(data_set, DCT.publisher):
        _tell_organization(statements, data_set, package)
    if not statements.graph.objects(data_set, DCAT.contactPoint):
        for author in authors:
            statements.add(data_set, DCAT.contactPoint, *(contacts(statements, author) or ()))


def _authors(package: Fields) -> list[Json]:
    """The contacts if nobody else is named, as in ckanext-dcat: those with an address, otherwise all."""
    mail = package.peek("author_email")
    found = items(package.peek("author"))
    if len(found) <= 1:
        author = found[0] if found else None
        if isinstance(author, dict):
            return [{"email": mail, **author}]
        name = None if link(author) else author  # a link is the agent itself, not a contact
        return [{"name": name, "email": mail}] if mail else [name] if name else []
    reachable = [
        each for each in found if isinstance(each, dict) and Fields(each).peek("email", "mail", "mbox")
    ]
    return reachable or found


def _joined(package: Fields, role: str, value: Json) -> Json:
    """Join a name or a link with its single fields: ``author`` and ``author_email`` (plain CKAN)."""
    found = items(value)
    if len(found) != 1 or isinstance(found[0], list):
        return value
    agent = found[0]
    if not isinstance(agent, dict) or is_by_language(agent):
        agent = _with_mail(text_of(agent)) or {"name" if link(agent) is None else "uri": agent}
        said = {part for part, each in agent.items() if each != package.peek(f"{role}_{part}")}
    elif role in ("author", "maintainer"):
        said = {"name", *map(str.lower, agent)}  # its name may be called title
    else:
        return value  # the object is complete (ckanext-scheming); the single fields may be outdated
    more = {part: package.take(f"{role}_{part}") for part in _PARTS if part not in said}
    return {**more, **agent}


def _named(flat: dict[str, Json]) -> dict[str, Json]:
    """Take ``publisher_uri: "City of Oslo"`` as the name, if there is no other."""
    if is_empty(flat["name"]) and isinstance(flat["uri"], str) and link(flat["uri"]) is None:
        return {**flat, "name": flat["uri"], "uri": None}
    return flat


def _tell_organization(statements: Statements, data_set: Node, package: Fields) -> None:
    for key, value in package.each("organization"):
        if isinstance(value, str):
            package.use(key)
            statements.add(data_set, DCT.publisher, *(agents(statements, value) or ()))
        elif isinstance(value, dict):
            package.use(key)
            fields = Fields(value)
            name = text_of(fields.peek("id", "name"))
            own = address(fields.peek(*_IRI))
            if not own and name and statements.portal:
                own = f"{statements.portal}/organization/{quote(name, safe='')}"
            node = NamedNode(own) if is_iri(own) else statements.node(FOAF.Agent)
            statements.add(node, RDF.type, FOAF.Agent)
            statements.tell(node, fields, _ORGANIZATION)
            statements.keep(node, fields)
            statements.add(data_set, DCT.publisher, node)
