"""Whole dumps for download, and the list of them."""

from base64 import b64encode
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from erpd.formats.rdf.framed import FRAMES
from erpd.publish.door import url
from erpd.publish.dumps.place import Dumps, in_force
from erpd.register.scope import Scope

_NOT_YET = 60  # seconds until a client should ask again


def answer(request: HttpRequest, within: Scope) -> HttpResponseBase:
    """Answer ``/dumps``, a list in JSON, and ``/catalogue.nt.gz``; 503 before the first was written."""
    dumps = in_force()
    name = request.path.rpartition("/")[2]
    response: HttpResponseBase
    response = JsonResponse(facts(within, dumps)) if name == "dumps" else _file(request, within, name, dumps)
    response["Access-Control-Allow-Origin"] = "*"
    return response


def facts(within: Scope, dumps: Dumps | None) -> dict[str, Any]:
    """What there is for a scope: its dumps, when they were written, and what they hold."""
    found: dict[str, Any] = {"scope": within.name, "files": []}
    if dumps is None or within.name not in dumps.data_sets:
        return found
    found |= {
        "written": dumps.written.isoformat(),
        "change": dumps.change,
        "data_sets": dumps.data_sets[within.name],
        "triples": dumps.triples[within.name],
    }
    for syntax in FRAMES:
        file = dumps.files[f"{within.name}.{syntax}.gz"]
        address = url(within, f"catalogue.{syntax}.gz")
        found["files"].append({"url": address, "size": file.size, "sha256": file.sha256})
    return found


def _file(request: HttpRequest, within: Scope, name: str, dumps: Dumps | None) -> HttpResponseBase:
    syntax = name.split(".")[1]
    for _ in range(2):
        path = dumps.path(within.name, syntax) if dumps else None
        if dumps is None or path is None:
            break
        try:
            return _sent(request, path, dumps)
        except FileNotFoundError:  # newer ones have just been put in force
            dumps = in_force()
    wait = HttpResponse(
        "The dumps have not been written yet. Ask again in a minute, or read the catalogue in pages.\n",
        status=503,
        content_type="text/plain; charset=utf-8",
    )
    wait["Retry-After"] = str(_NOT_YET)
    return wait


def _sent(request: HttpRequest, path: Path, dumps: Dumps) -> HttpResponseBase:
    digest, modified = dumps.files[path.name].sha256, dumps.written.timestamp()
    etag = f'"{digest}"'
    known = get_conditional_response(request, etag=etag, last_modified=int(modified))
    response = known or FileResponse(path.open("rb"), content_type="application/gzip")
    response["ETag"] = etag
    response["Last-Modified"] = http_date(modified)
    response["Repr-Digest"] = f"sha-256=:{b64encode(bytes.fromhex(digest)).decode()}:"  # RFC 9530
    return response
