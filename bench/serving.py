"""A server of data sets: `python -m bench.serving NAME SIZE` prints its address. NAME is one of SERVED."""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from bench.served import SERVED
from bench.sites import Site


def serve(site: Site, path: str) -> None:
    """Until it is ended."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            media_type, body = site(parts.path, dict(parse_qsl(parts.query)))
            self.send_response_only(200)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_address[1]}{path}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    served = SERVED[sys.argv[1]]
    if served.site is None:
        raise SystemExit(f"{sys.argv[1]} has a server of its own")
    serve(served.site(int(sys.argv[2]), served.record), served.path)
