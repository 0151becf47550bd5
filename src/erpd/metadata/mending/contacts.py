"""Mail addresses and telephone numbers become links: "info@example.eu" -> <mailto:info@example.eu>."""

import re
from collections.abc import Callable, Iterator

from pyoxigraph import Literal, NamedNode

from erpd.metadata.findings import Finding, Severity
from erpd.metadata.graph import Term
from erpd.metadata.iri import is_iri
from erpd.metadata.parts import excerpt, places
from erpd.metadata.record import Record
from erpd.metadata.rules import Repair
from erpd.metadata.telephone import telephone_link
from erpd.metadata.terms import FOAF, VCARD, shorten

# Signs that RFC 6068 (2) reserves would be read as header fields; a host without a dot is not certain.
_MAIL = re.compile(
    r"[^\s@<>:;,()#?&/=%]{1,64}@[^\s@<>:;,()#?&/=%.]{1,63}(?:\.[^\s@<>:;,()#?&/=%.]{1,63}){1,8}"
)
# With header fields (RFC 6068, 2), as in a web page; only after "mailto:" is it certain that they are that.
_WITH_HEADERS = re.compile(
    rf"mailto:{_MAIL.pattern}\?[a-z-]{{1,20}}=[^\s<>\"?#=&]*+(?:&[a-z-]{{1,20}}=[^\s<>\"?#=&]*+)*+", re.I
)
_BETWEEN = re.compile(r"\s*[,;/|]\s*|\s+")
_LONGEST = 1000


def mail_links(text: str) -> list[str]:
    """Return one link for each address, if the text contains nothing else."""
    if len(text) <= _LONGEST and _WITH_HEADERS.fullmatch(text.strip()):
        return [text.strip()]
    mail = re.sub(r"^mailto:", "", text.strip(), flags=re.IGNORECASE).strip()
    addresses = _BETWEEN.split(mail) if len(mail) <= _LONGEST else []
    return [f"mailto:{each}" for each in addresses] if all(map(_MAIL.fullmatch, addresses)) else []


def _telephone_links(text: str) -> list[str]:
    link = telephone_link(re.sub(r"^\s*tel:", "", text, flags=re.IGNORECASE))
    return [link] if link else []


_CONTACTS = {
    VCARD.hasEmail: (Repair.MAIL_ADDRESS, mail_links),
    FOAF.mbox: (Repair.MAIL_ADDRESS, mail_links),
    VCARD.hasTelephone: (Repair.TELEPHONE, _telephone_links),
}


def mend_contacts(record: Record) -> Iterator[Finding]:
    """Repair the contacts of all agents, of any class. Text that may be something else stays as received."""
    paths: dict[Term, str] = {}
    for node, properties in record.graph.nodes.items():
        for predicate in _CONTACTS.keys() & properties.keys():
            rule, read = _CONTACTS[predicate]
            values = properties[predicate]
            mended = {value: links for value in values if (links := _links(value, read))}
            if not mended:
                continue
            paths = paths or places(record)
            for old, links in mended.items():
                path = paths.get(node, "[_:]/") + shorten(predicate)
                shown = excerpt(" ".join(link.value for link in links))
                yield Finding(rule, Severity.REPAIR, path, excerpt(old.value), rule.section, shown)
            record.graph.set(node, predicate, [new for old in values for new in mended.get(old, [old])])


def _links(value: Term, read: Callable[[str], list[str]]) -> list[Term]:
    links = read(value.value) if isinstance(value, Literal) else []
    return [NamedNode(link) for link in links] if all(map(is_iri, links)) else []
