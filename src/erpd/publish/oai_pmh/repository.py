"""The six verbs and the envelope of their answers (OAI-PMH 2.0, sections 3.2 and 4)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from erpd.formats.xml_text import escaped, legal
from erpd.metadata.terms import RDF
from erpd.publish.compression import compress
from erpd.publish.door import url
from erpd.publish.oai_pmh.arguments import Complaint, read_arguments
from erpd.publish.oai_pmh.descriptions import descriptions
from erpd.publish.oai_pmh.formats import METADATA_FORMATS, RDF_SCHEMA
from erpd.publish.oai_pmh.lists import known_prefix, list_page
from erpd.publish.oai_pmh.records import Row, datestamp, key_in, records
from erpd.publish.oai_pmh.sets import list_sets, specs_of
from erpd.register import changes
from erpd.register.scope import Scope

_NAMESPACE = "http://www.openarchives.org/OAI/2.0/"
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<OAI-PMH xmlns="{_NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    # That of RDF is here, because rdf:RDF itself may have no attributes (RDF/XML, 7.2.9).
    f' xsi:schemaLocation="{_NAMESPACE} {_NAMESPACE}OAI-PMH.xsd {RDF} {RDF_SCHEMA}">\n'
)


def answer(request: HttpRequest, within: Scope) -> HttpResponse:
    """The answer to one request. OAI-PMH errors are answers with status 200; our own errors are raised."""
    # Read this before the list, because the harvester's next request begins at this time.
    at = changes.settled()
    echo: dict[str, str] = {}
    try:
        verb, arguments = read_arguments(request.POST if request.method == "POST" else request.GET)
        content = _VERBS[verb](within, verb, arguments)
        echo = {"verb": verb, **arguments}
        body = [f"<{verb}>".encode(), *content, f"</{verb}>".encode()]
    except Complaint as complaint:
        if complaint.code not in ("badVerb", "badArgument"):  # 3.2: these do not repeat the arguments
            echo = {"verb": verb, **arguments}
        body = [f'<error code="{complaint.code}">{escaped(str(complaint))}</error>'.encode()]
    return _response(request, within, at, echo, body)


def _response(
    request: HttpRequest, within: Scope, at: datetime, echo: dict[str, str], body: list[bytes]
) -> HttpResponse:
    asked = "".join(f' {name}="{escaped(value)}"' for name, value in echo.items())
    repeated = f"<request{asked}>{escaped(base_url(within))}</request>"
    head = legal(f"{_HEAD}<responseDate>{datestamp(at)}</responseDate>\n{repeated}".encode())
    # Joined once: pages have megabytes.
    content = b"\n".join([head, *body, b"</OAI-PMH>\n"])
    response = HttpResponse(content, content_type="text/xml; charset=utf-8")
    compress(request, response)
    response["Access-Control-Allow-Origin"] = "*"
    return response


def base_url(within: Scope) -> str:
    """The public URL of this repository, whatever host name the request used."""
    return url(within, "oai")


def _identify(within: Scope, *_: Any) -> list[bytes]:
    name = settings.NODE.title if within.name == "all" else f"{settings.NODE.title}: {within.name}"
    first = within.history().order_by("change").values_list("modified", flat=True).first()
    lines = [
        f"<repositoryName>{escaped(name)}</repositoryName>",
        f"<baseURL>{escaped(base_url(within))}</baseURL>",
        "<protocolVersion>2.0</protocolVersion>",
        f"<adminEmail>{escaped(settings.NODE.email)}</adminEmail>",
        f"<earliestDatestamp>{datestamp(first or changes.BEGINNING)}</earliestDatestamp>",
        "<deletedRecord>persistent</deletedRecord>",
        "<granularity>YYYY-MM-DDThh:mm:ssZ</granularity>",
        "<compression>gzip</compression>",
    ]
    return [legal("\n".join(lines).encode()), *descriptions(within)]


def _list_metadata_formats(within: Scope, _: str, arguments: dict[str, str]) -> list[bytes]:
    if "identifier" in arguments and _row(within, arguments["identifier"]).deleted:
        raise Complaint("noMetadataFormats", "This record is deleted.")
    return [
        f"<metadataFormat><metadataPrefix>{prefix}</metadataPrefix><schema>{form.schema}</schema>"
        f"<metadataNamespace>{form.namespace}</metadataNamespace></metadataFormat>".encode()
        for prefix, form in METADATA_FORMATS.items()
    ]


def _list_sets(within: Scope, _: str, arguments: dict[str, str]) -> list[bytes]:
    if "resumptionToken" in arguments:
        raise Complaint("badResumptionToken", "The list of sets comes in one page, without a token.")
    return [list_sets(within)]


def _get_record(within: Scope, _: str, arguments: dict[str, str]) -> list[bytes]:
    prefix = known_prefix(arguments["metadataPrefix"])
    return [*records([_row(within, arguments["identifier"])], specs_of(within), prefix)]


def _row(within: Scope, identifier: str) -> Row:
    key = key_in(identifier)
    found = key and within.history().filter(key=key).values_list(*Row._fields).first()
    if not found:
        raise Complaint("idDoesNotExist", "There is no record with this identifier.")
    return Row(*found)


_VERBS: dict[str, Callable[[Scope, str, dict[str, str]], list[bytes]]] = {
    "Identify": _identify,
    "ListMetadataFormats": _list_metadata_formats,
    "ListSets": _list_sets,
    "GetRecord": _get_record,
    "ListIdentifiers": list_page,
    "ListRecords": list_page,
}
