"""pycsw 2.6 with the ISO 19139 records of a folder: `python pycsw_server.py RECORDS FOLDER PAGE`.

Prints its address and serves until it is ended. Imports pycsw and the standard library only: it runs in an
environment of its own, for pycsw needs old versions of what other tests use.
"""

import os
import sys
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

from pycsw import wsgi
from pycsw.core import admin
from pycsw.core.config import StaticContext

CONFIGURATION = """
[server]
home={folder}
url=http://127.0.0.1/
mimetype=application/xml; charset=UTF-8
encoding=UTF-8
language=en-US
maxrecords={page}
profiles=apiso
[manager]
transactions=false
[metadata:main]
identification_title=Test
contact_email=test@data.example
[repository]
database={database}
table=records
"""


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        """Quiet."""


def serve(records: Path, folder: Path, page: int) -> None:
    database = f"sqlite:///{folder / 'records.sqlite3'}"
    admin.setup_db(database, "records", str(folder), create_plpythonu_functions=False)
    admin.load_records(StaticContext(), database, "records", str(records), force_update=True)
    configuration = folder / "pycsw.cfg"
    configuration.write_text(CONFIGURATION.format(folder=folder, page=page, database=database), "utf-8")
    os.environ["PYCSW_CONFIG"] = str(configuration)
    server = make_server("127.0.0.1", 0, wsgi.application, handler_class=Quiet)
    print(f"http://127.0.0.1:{server.server_port}/csw", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
