"""OAI-PMH answers and a small well-behaved repository for tests."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><dcat:Dataset rdf:about="{about}">'
    "<dct:title>{title}</dct:title></dcat:Dataset></rdf:RDF>"
)
ROOT = (
    '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:dcat="http://www.w3.org/ns/dcat#"'
    ' xmlns:dct="http://purl.org/dc/terms/">'
)
FORMATS = (
    "<ListMetadataFormats><metadataFormat><metadataPrefix>oai_dc</metadataPrefix></metadataFormat>"
    "<metadataFormat><metadataPrefix>dcat_ap</metadataPrefix></metadataFormat></ListMetadataFormats>"
)
XML = {"Content-Type": "text/xml;charset=UTF-8"}


def record(identifier: str, metadata: str | None = None, datestamp: str = "2026-01-01T00:00:00Z") -> str:
    if metadata is None:
        metadata = RDF.format(about=f"http://data.example/{escape(identifier)}", title="Ziekenhuizen é ☃")
    return (
        f"<record><header><identifier>{escape(identifier)}</identifier><datestamp>{datestamp}</datestamp>"
        f"</header><metadata>{metadata}</metadata></record>\n"
    )


def deleted(identifier: str) -> str:
    return (
        f'<record><header status="deleted"><identifier>{identifier}</identifier>'
        "<datestamp>2026-01-02</datestamp></header></record>\n"
    )


def around(inside: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"{ROOT}<responseDate>2026-01-01T00:00:00Z</responseDate><request>http://data.example/oai</request>"
        f"{inside}</OAI-PMH>"
    ).encode()


def page(records: Sequence[str], token: str | None = None, total: int | None = None) -> bytes:
    """``token=None`` leaves the element out, an empty one is an empty element."""
    size = f' completeListSize="{total}"' if total is not None else ""
    end = "" if token is None else f"<resumptionToken{size}>{escape(token)}</resumptionToken>"
    return around(f"<ListRecords>{''.join(records)}{end}</ListRecords>")


def error(code: str, text: str = "") -> bytes:
    return around(f'<error code="{code}">{text}</error>')


class Repository:
    """Gives ``records`` in pages; as a handler of Serving. Tokens are positions."""

    def __init__(self, records: Sequence[str], size: int = 3) -> None:
        self.records = list(records)
        self.size = size

    def __call__(
        self, path: str, query: dict[str, str], headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        if query["verb"] == "ListMetadataFormats":
            return 200, XML, around(FORMATS)
        if query["verb"] == "GetRecord":
            name = f"<identifier>{escape(query['identifier'])}</identifier>"
            found = [one for one in self.records if name in one]
            return (
                200,
                XML,
                around(f"<GetRecord>{found[0]}</GetRecord>") if found else error("idDoesNotExist"),
            )
        start = int(query.get("resumptionToken", "0"))
        end = start + self.size
        token = str(end) if end < len(self.records) else ""
        return 200, XML, page(self.records[start:end], token, len(self.records))
