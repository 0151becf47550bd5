"""Row `check`: hold one parsed data set to the mandatory metadata of section 4."""

from bench.measured import print_row, ratio
from bench.processes import figures_of

ROWS = ("check",)
SIZE = 2_000


def rows(size: int = SIZE) -> None:
    figures = figures_of("bench.checking", size)
    parse, mend, check = figures["parse"], figures["mend"], figures["check"]
    print_row(
        "check",
        data_sets=size,
        check_ms=_ms(check["seconds"], size),
        check_cpu_ms=_ms(check["cpu"], size),
        mend_ms=_ms(mend["seconds"], size),
        compared_with="parsing the same RDF/XML into a record",
        compared_ms=_ms(parse["seconds"], size),
        ratio=ratio(check["cpu"], parse["cpu"]),
        ratio_mend_and_check=ratio(mend["cpu"] + check["cpu"], parse["cpu"]),
        reach="check_ms under 0.3",
    )


def _ms(seconds: float, size: int) -> float:
    return round(seconds / size * 1000, 3)
