"""What is printed is harmless, whatever a source wrote."""

import io

from rich.console import Console

from erpd.cli.output import print_finding
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.rules import Flaw


def test_a_value_does_not_control_the_terminal() -> None:
    out = io.StringIO()
    finding = Finding(Flaw.VALUE, Severity.ERROR, "dct:x", "a\x1b[31m\x00\n::error::b")
    print_finding(finding, 2, "https://a.example/\x1b]0;title\x07", Console(file=out, soft_wrap=True))
    assert out.getvalue().isprintable() is False  # the end of the line
    assert out.getvalue().rstrip("\n").isprintable()
