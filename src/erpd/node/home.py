"""The home of a node: a folder with ``node.toml``, the secret, the SQLite file and the search index."""

import os
import secrets
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

ROLES = ("national", "european")


class HomeError(Exception):
    """The home is missing or ``node.toml`` is wrong; says which line to put right."""


@dataclass(frozen=True)
class Node:
    """What ``node.toml`` says of this node."""

    role: str
    title: str
    country: str = ""  # two letters; national nodes only
    base_url: str = "http://127.0.0.1:8000"
    hosts: tuple[str, ...] = ()  # further names under which the node is reached
    allow_networks: tuple[str, ...] = ()  # intranets that may be harvested, "10.1.0.0/16"
    email: str = "admin@localhost.localdomain"  # for harvesters: OAI-PMH adminEmail


SETTINGS = tuple(setting.name for setting in fields(Node))


def home() -> Path:
    """The folder that ``ERPD_HOME`` names; raises HomeError where there is none."""
    name = os.environ.get("ERPD_HOME")
    if not name:
        raise HomeError("No home given: use `erpd --home DIR …` or set ERPD_HOME. `erpd init DIR` makes one.")
    path = Path(name).expanduser().resolve()
    if not (path / "node.toml").is_file():
        raise HomeError(
            f"{path} is not the home of a node: it has no node.toml. Make it with `erpd init {name}`."
        )
    return path


def vocabularies() -> Path | None:
    """Where the operator's own vocabularies are; None where no home is named; else as ``home``."""
    return home() / "vocabularies" if os.environ.get("ERPD_HOME") else None


def read_node(path: Path) -> Node:
    """The node described by ``path/node.toml``; raises HomeError that names the faulty key."""
    try:
        settings = tomllib.loads((path / "node.toml").read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise HomeError(f"{path / 'node.toml'} cannot be read: {error}") from error
    known = {name: settings.pop(name) for name in list(settings) if name in SETTINGS}
    if settings:
        raise HomeError(f"{path / 'node.toml'}: unknown setting {', '.join(settings)}.")
    if known.get("role") not in ROLES:
        raise HomeError(f"{path / 'node.toml'}: role is one of {', '.join(ROLES)}.")
    if not known.get("title"):
        raise HomeError(f"{path / 'node.toml'}: the node needs a title.")
    for name in ("hosts", "allow_networks"):
        known[name] = tuple(known.get(name, ()))
    known["base_url"] = known.get("base_url", Node.base_url).rstrip("/")
    return Node(**known)


def make_home(path: Path, node: Node) -> None:
    """Write ``node.toml``, the secret and the folders; raises HomeError where a node lives there already."""
    if (path / "node.toml").exists():
        raise HomeError(f"{path} is the home of a node already.")
    path.mkdir(parents=True, exist_ok=True)
    lines = [f"{name} = {_toml(getattr(node, name))}" for name in SETTINGS if getattr(node, name)]
    (path / "node.toml").write_text("\n".join(lines) + "\n", "utf-8")
    secret = path / "secret"
    secret.touch(mode=0o600)
    secret.write_text(secrets.token_urlsafe(50), "utf-8")
    for folder in ("index", "vocabularies"):
        (path / folder).mkdir(exist_ok=True)


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
