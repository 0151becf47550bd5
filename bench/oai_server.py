"""An OAI-PMH server with pages made before: `python -m bench.oai_server SIZE` prints its address."""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from bench.data_sets import data_set
from bench.rdf_xml import FORMATS, answer, page

PAGE = 250  # records


def pages(size: int) -> dict[str, bytes]:
    """Token -> page; the first has no token."""
    made = {}
    for start in range(0, size, PAGE):
        end = min(start + PAGE, size)
        token = str(end) if end < size else ""
        made[str(start) if start else ""] = page(map(data_set, range(start, end)), token, size)
    return made


def serve(size: int) -> None:
    """Until it is ended."""
    made = pages(size)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            asked = parse_qs(urlsplit(self.path).query)
            if asked.get("verb") == ["ListMetadataFormats"]:
                body = answer(FORMATS)
            else:
                body = made[asked.get("resumptionToken", [""])[0]]
            self.send_response_only(200)
            self.send_header("Content-Type", "text/xml; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_address[1]}/oai", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
