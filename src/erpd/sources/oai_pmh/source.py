"""OAI-PMH 2.0 (openarchives.org/OAI/openarchivesprotocol.html), the protocol that G5 prefers."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from urllib.parse import parse_qsl, urlsplit, urlunsplit
from urllib.parse import urlencode as encode_query

from lxml import etree

from erpd.formats.iso19139.document import SPACES
from erpd.formats.xml_document import fault_of
from erpd.sources.errors import Reason, SourceError
from erpd.sources.http.client import Client, Response
from erpd.sources.http.failures import status_error
from erpd.sources.oai_pmh.answer import (
    Identity,
    errors_in,
    namespace,
    parse,
    prepared,
    read,
    read_identity,
)
from erpd.sources.oai_pmh.by_dates import pages_by_dates
from erpd.sources.oai_pmh.damage import read_damaged
from erpd.sources.oai_pmh.slices import slices_from
from erpd.sources.oai_pmh.walk import OaiWalk, walk_from
from erpd.sources.page import Page
from erpd.sources.tokens import LinkedAnswer

_PREFERRED = ("dcat_ap", "dcat-ap", "dcatap", "dcat_ap_2", "dcat", "rdf", "rdf_xml", "rdfxml")
_SELECTION = ("metadataPrefix", "set", "from", "until")
_NO_SUCH_VERB = frozenset({400, 404, 405, 501})

_ADVICE = {
    "badResumptionToken": "The token has expired. Harvest again.",
    "badArgument": "Check the metadata prefix, the set and the dates of the source.",
    "cannotDisseminateFormat": "Choose a metadata prefix that the server lists under ListMetadataFormats.",
    "noSetHierarchy": "The server has no sets: leave the set empty.",
}


class OaiPmh:
    """An OAI-PMH endpoint.

    Without ``prefix``, we choose the server's DCAT or RDF format; if it has none, ISO 19139, and as a last
    resort ``oai_dc``. ``url`` may be a whole request address: its set, prefix and dates apply if none are
    given.
    """

    def __init__(
        self, url: str, client: Client, *, prefix: str = "", set_: str = "", from_: str = "", until: str = ""
    ) -> None:
        parts = urlsplit(url)
        query = parse_qsl(parts.query, keep_blank_values=True)
        asked = dict(query)
        kept = [
            (name, value) for name, value in query if name not in (*_SELECTION, "verb", "resumptionToken")
        ]
        self.url = urlunsplit(parts._replace(query=encode_query(kept), fragment="")) if query else url
        given = dict(zip(_SELECTION, (prefix, set_, from_, until), strict=True))
        self.selection = {name: value or asked.get(name, "") for name, value in given.items()}
        self.client = client
        self._prefix = self.selection["metadataPrefix"]

    def identify(self) -> Identity:
        """Return what the server says about itself (verb Identify). Raises SourceError."""
        return read_identity(self._list("Identify"))

    def formats(self) -> dict[str, str]:
        """Return metadata prefix -> namespace (verb ListMetadataFormats). Raises SourceError."""
        found = self._list("ListMetadataFormats")
        space = namespace(found)
        return {
            (entry.findtext(f"{space}metadataPrefix") or "").strip(): (
                entry.findtext(f"{space}metadataNamespace") or ""
            ).strip()
            for entry in found.findall(f"{space}metadataFormat")
        }

    def sets(self) -> list[str]:
        """Return the setSpec of each set on the first page of ListSets. Raises SourceError."""
        found = self._list("ListSets")
        space = namespace(found)
        return [(entry.findtext(f"{space}setSpec") or "").strip() for entry in found.findall(f"{space}set")]

    def pages(self, checkpoint: dict[str, object] | None = None) -> Iterator[Page]:
        """Yield the answers to ListRecords to the end of the list; by dates, once a token is refused.

        Raises SourceError.
        """
        walk = walk_from(checkpoint, self.url)
        self._prefix = walk.prefix = walk.prefix or self._prefix or self._choose_prefix()
        slices = slices_from(checkpoint)
        while not (walk.done or slices):
            try:
                answer = self._records(walk)
            except SourceError as error:
                if error.rule != Reason.BAD_TOKEN or not walk.token:
                    raise
                break
            yield walk.step(answer)
            if answer.broken is not None:
                raise answer.broken
        if not walk.done:
            yield from pages_by_dates(slices, walk, self.selection, self._records, self.identify)

    def still_there(self, identifier: str) -> bool | None:
        """Whether the server has this record in the chosen set (verb GetRecord). Raises SourceError.

        A server that pages by position skips records while others are deleted. If it only knows ListRecords,
        which is all that G5.1.4 requires, we cannot find out more: False.
        """
        self._prefix = self._prefix or self._choose_prefix()
        question = {"verb": "GetRecord", "identifier": identifier, "metadataPrefix": self._prefix}
        response = self.client.get(self.url, question, any_status=True)
        try:
            root = parse(prepared(response.content, response.url), response.url)
        except (SourceError, etree.XMLSyntaxError):
            return False if response.status in _NO_SUCH_VERB else None
        space = namespace(root)
        header = root.find(f"{space}GetRecord/{space}record/{space}header")
        if header is None:
            return False if errors_in(root) else None
        if (header.findtext(f"{space}identifier") or "").strip() != identifier:
            return None
        wanted = self.selection["set"]
        sets = [(spec.text or "").strip() for spec in header.findall(f"{space}setSpec")]
        inside = not (wanted and sets) or any(f"{name}:".startswith(f"{wanted}:") for name in sets)
        return inside and header.get("status") != "deleted"

    def _records(self, walk: OaiWalk, dates: Mapping[str, str] = MappingProxyType({})) -> LinkedAnswer:
        """The next answer to ListRecords, without errors other than noRecordsMatch."""
        if not walk.token:
            selection = {**self.selection, **dates, "metadataPrefix": walk.prefix}
            answer, response = self._ask({name: value for name, value in selection.items() if value})
        else:
            token = {"resumptionToken": walk.token}
            both = {"metadataPrefix": walk.prefix, **token}
            answer, response = self._ask(both if walk.with_prefix else token)
            if "badArgument" in answer.errors and not walk.with_prefix:
                again, response = self._ask(both)
                walk.with_prefix = not again.errors
                answer = answer if again.errors else again
        # After a token, this is another way to say that the list has ended.
        if answer.errors.keys() != {"noRecordsMatch"}:
            self._refuse_errors(answer.errors, response)
        return answer

    def _ask(self, arguments: dict[str, str]) -> tuple[LinkedAnswer, Response]:
        response = self.client.get(self.url, {"verb": "ListRecords", **arguments}, any_status=True)
        try:
            content = prepared(response.content, response.url)
            try:
                answer = read(parse(content, response.url), response.url)
            except etree.XMLSyntaxError as error:
                answer = read_damaged(content, response.url, error)
        except SourceError as error:
            if response.status != 200:
                raise status_error(response.status, response.url) from error
            raise
        return answer, response

    def _list(self, verb: str) -> etree._Element:
        """The element of an answer that has the name of its verb."""
        response = self.client.get(self.url, {"verb": verb}, any_status=True)
        try:
            root = parse(prepared(response.content, response.url), response.url)
        except (SourceError, etree.XMLSyntaxError) as error:
            if response.status != 200:
                raise status_error(response.status, response.url) from error
            if isinstance(error, SourceError):
                raise
            raise self._error(
                Reason.BROKEN_XML,
                f"The answer to {verb} is not well-formed XML: {fault_of(error)}",
                "Ask the source's operator to fix it.",
            ) from error
        self._refuse_errors(errors_in(root), response)
        found = root.find(f"{namespace(root)}{verb}")
        if found is None:
            raise self._error(
                Reason.PROTOCOL_ERROR,
                f"The answer to {verb} has no element {verb}",
                "Check that the URL is that of the OAI-PMH endpoint.",
            )
        return found

    def _refuse_errors(self, errors: dict[str, str], response: Response) -> None:
        """OAI-PMH errors come with HTTP 200, 4xx and 5xx alike: what the server says in them comes first."""
        if not errors:
            if response.status != 200:
                raise status_error(response.status, response.url)
            return
        code = next((code for code in _ADVICE if code in errors), next(iter(errors)))
        said = f": {errors[code]}" if errors[code] else ""
        raise SourceError(
            Reason.BAD_TOKEN if code == "badResumptionToken" else Reason.PROTOCOL_ERROR,
            f"The server returned the OAI-PMH error {code or 'without a code'}{said}",
            _ADVICE.get(code, "Contact the source's operator."),
            url=response.url,
        )

    def _choose_prefix(self) -> str:
        formats = self.formats()
        for prefix in _PREFERRED:
            if prefix in formats:
                return prefix
        for word in ("dcat", "rdf"):
            for prefix, space in formats.items():
                if prefix and (word in prefix.lower() or word in space.lower()):
                    return prefix
        for prefix, space in formats.items():
            if prefix and space == SPACES["gmd"]:
                return prefix
        if "oai_dc" in formats:  # every server must have it (OAI-PMH 2.0, 3.7), but it says the least
            return "oai_dc"
        raise self._error(
            Reason.NO_FORMAT,
            f"The server offers neither RDF nor ISO 19139 nor oai_dc, only {', '.join(formats) or 'nothing'}",
            "Ask the source's operator to publish DCAT-AP, or set the metadata prefix.",
            section="G5",
        )

    def _error(self, rule: Reason, message: str, advice: str, section: str = "") -> SourceError:
        return SourceError(rule, message, advice, section, self.url)
