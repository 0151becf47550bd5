"""Rows `check-file`: erpd check and pyshacl on the same file; `files`: check and convert a very large one."""

import os
import subprocess
import sys
from pathlib import Path

from bench.many import quick
from bench.measured import Clock, Memory, orphans_counted, print_row, ratio, timed, watched
from bench.rdf_xml import NAMESPACES

ROWS = ("check-file",)
LARGE = ("files",)
SIZE = 2_000
MILLION = 1_000_000
_SHAPES = Path(__file__).parents[2] / "shared/data/standards/dcat-ap-2.1.1/dcat-ap_2.1.1_shacl_shapes.ttl"
_IRI = b"https://data.example/id/dataset/%d"


def rows(folder: Path, size: int = SIZE) -> None:
    """Both read the file and check every data set in it: with the profile, with the official core shapes."""
    file = catalogue(folder / "catalogue.rdf", size)
    ours, _ = _run("erpd", "check", "--quiet", "--profile", "dcat-ap-2.1.1", str(file))
    if not _SHAPES.exists():
        print_row("check-file", data_sets=size, cpu_ms=round(ours.cpu / size * 1000, 2))
        return
    theirs, _ = _run("pyshacl", "-s", str(_SHAPES), "-df", "xml", "-f", "nt", str(file))
    print_row(
        "check-file",
        data_sets=size,
        cpu_ms=round(ours.cpu / size * 1000, 2),
        compared_with="pyshacl with the core shapes of DCAT-AP 2.1.1 on the same file",
        compared_cpu_ms=round(theirs.cpu / size * 1000, 2),
        times_as_fast=ratio(theirs.cpu, ours.cpu),
        reach="times_as_fast at least 5",
    )


def large(folder: Path, size: int = MILLION) -> None:
    """One file of RDF/XML. ``first_seconds`` is when the command first said how far it is."""
    file = catalogue(folder / "large.rdf", size)
    commands = {"check": ("check", "--summary"), "convert": ("convert", "--to", "ttl", "-o", os.devnull)}
    for name, arguments in commands.items():
        clock, memory = _run("erpd", *arguments, str(file))
        print_row(
            f"files-{name}",
            data_sets=size,
            file_mb=round(file.stat().st_size / 1e6, 1),
            seconds=clock.figures()["seconds"],
            cpu_ms=round(clock.cpu / size * 1000, 3),
            peak_mb=memory.peak_mb,
            peak_anonymous_mb=memory.peak_anonymous_mb,
            reach="peak_mb under 300",
        )


def catalogue(file: Path, size: int) -> Path:
    """Write a catalogue of so many data sets, as a national portal does."""
    with file.open("wb") as out:
        out.write(f"<rdf:RDF {NAMESPACES}>".encode())
        for number in range(size):
            record = quick(number)
            out.write(record[record.index(b">") + 1 : record.rindex(b"</")] + b"\n")
        out.write(b'<dcat:Catalog rdf:about="https://data.example/id/catalogue"><dct:title>All</dct:title>')
        out.writelines(b'<dcat:dataset rdf:resource="%b"/>\n' % (_IRI % number) for number in range(size))
        out.write(b"</dcat:Catalog></rdf:RDF>")
    return file


def _run(module: str, *arguments: str) -> tuple[Clock, Memory]:
    """Time and memory of a command, which may end with 1 for findings. Raises RuntimeError if it fails."""
    command = [sys.executable, "-m", module, *arguments]
    with timed() as clock, watched() as memory, orphans_counted():
        done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)  # noqa: S603
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{module} ended with {done.returncode}")
    return clock, memory


if __name__ == "__main__":
    large(Path(sys.argv[1]), int(sys.argv[2]))
