"""The national point of the demo at its European node: a competent body that leads to the desks of others."""

import os
import subprocess
import sys
from pathlib import Path

from erpd.cli.starting import prepare, start


def name_the_point(home: Path, address: str) -> None:
    """Enter the national point at the European node as its operator would, in a process of its own.

    So whoever finds a data set there is led to the desk of its body.
    """
    variables = {**os.environ, "ERPD_HOME": str(home)}
    subprocess.run([sys.executable, "-P", "-m", __name__, address], env=variables, check=True)  # noqa: S603


def rules_for(home: Path, address: str) -> Path:
    """Write the rules for the national point: its register of decisions is read after each harvest."""
    file = home / "national-point.toml"
    file.write_text(f'decisions = "{address}/decisions.ttl"\n', "utf-8")
    return file


def _enter(address: str) -> None:
    start()
    prepare()
    from erpd.access.bodies import actions as bodies
    from erpd.access.models import Body
    from erpd.accounts.may import COMMAND_LINE as WHO
    from erpd.register.models import Catalogue

    if Body.objects.exists():  # from an earlier demo
        return
    facts = bodies.Facts(
        title="National Single Information Point of the Netherlands",
        country="NL",
        contact="informatiepunt@overheid.example",
        ask=f"{address}/requests/new",
    )
    decides = bodies.DecidesFor(catalogues=[*Catalogue.objects.filter(country="NL")])
    bodies.create(who=WHO, facts=facts, decides=decides)


if __name__ == "__main__":
    _enter(sys.argv[1])
