"""pycsw 2.6 with the same data sets as Dublin Core: `python -m bench.pycsw_server SIZE FOLDER PAGE`.

Prints its address. Imports nothing of erpd, so any Python that has pycsw can run it.
"""

import os
import sqlite3
import sys
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server
from xml.sax.saxutils import escape

from pycsw import wsgi
from pycsw.core.admin import setup_db

from bench.data_sets import DataSet, data_set

_CSW = "http://www.opengis.net/cat/csw/2.0.2"
_CONFIGURATION = """
[server]
home={folder}
url=http://127.0.0.1/
mimetype=application/xml; charset=UTF-8
encoding=UTF-8
language=en-US
maxrecords={page}
[manager]
transactions=false
[metadata:main]
identification_title=Bench
contact_email=bench@data.example
[repository]
database=sqlite:///{database}
table=records
"""


def dublin_core(made: DataSet) -> str:
    """A csw:Record that says what our own oai_dc says."""
    facts = [
        ("dc:identifier", f"oai:data.example:{made.number}"),
        *(("dc:title", title) for title, _ in made.texts.values()),
        ("dc:type", "dataset"),
        *(("dc:subject", word) for word in (*made.keywords, *made.themes)),
        *(("dc:format", distribution.format) for distribution in made.distributions),
        ("dct:modified", made.modified),
        *(("dct:abstract", description) for _, description in made.texts.values()),
        ("dc:date", made.issued),
        ("dc:publisher", made.publisher_name),
        ("dc:language", made.language.code),
        ("dc:source", made.iri),
        ("dc:rights", made.access),
    ]
    lines = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in facts)
    return (
        f'<csw:Record xmlns:csw="{_CSW}" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:dct="http://purl.org/dc/terms/">{lines}</csw:Record>'
    )


def fill(database: Path, folder: Path, size: int) -> None:
    setup_db(f"sqlite:///{database}", "records", str(folder), create_plpythonu_functions=False)
    rows = (
        (
            f"oai:data.example:{made.number}",
            "csw:Record",
            _CSW,
            "local",
            "2025-01-01T00:00:00Z",
            dublin_core(made),
            " ".join(text for texts in made.texts.values() for text in texts),
            next(iter(made.texts.values()))[0],
            "dataset",
            made.modified,
        )
        for made in map(data_set, range(size))
    )
    with sqlite3.connect(database) as connection:
        connection.executemany(
            "INSERT INTO records (identifier, typename, schema, mdsource, insert_date, xml, anytext, title,"
            " type, date_modified) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        """Quiet."""


def serve(size: int, folder: Path, page: int) -> None:
    """Until it is ended."""
    database, configuration = folder / "pycsw.sqlite3", folder / "pycsw.cfg"
    fill(database, folder, size)
    configuration.write_text(_CONFIGURATION.format(folder=folder, page=page, database=database), "utf-8")
    os.environ["PYCSW_CONFIG"] = str(configuration)
    server = make_server("127.0.0.1", 0, wsgi.application, handler_class=_Quiet)
    print(f"http://127.0.0.1:{server.server_port}/?mode=oaipmh&", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
