"""The home of a node: a folder with ``node.toml``, the secret, the SQLite file and the search index."""

import os
import secrets
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

ROLES = ("national", "european")


class HomeError(Exception):
    """The home is missing or ``node.toml`` is wrong. The message says what to correct."""


@dataclass(frozen=True)
class Node:
    """The settings in ``node.toml``."""

    role: str
    """``national`` or ``european``."""
    title: str
    """The name of the node on its pages and doors."""
    country: str = ""
    """Two letters; national nodes only."""
    base_url: str = "http://127.0.0.1:8000"
    """The public address of the node."""
    hosts: tuple[str, ...] = ()
    """Other host names that the node answers to."""
    allow_networks: tuple[str, ...] = ()
    """Private networks that may be harvested: "10.1.0.0/16"."""
    email: str = "admin@localhost.localdomain"
    """Where harvesters can write to (adminEmail of OAI-PMH)."""


SETTINGS = tuple(setting.name for setting in fields(Node))


def home() -> Path:
    """The folder named by ``ERPD_HOME``. Raises HomeError if it is not set or not the home of a node."""
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
    """The folder of the operator's own vocabularies; None if ``ERPD_HOME`` is not set. Raises HomeError."""
    return home() / "vocabularies" if os.environ.get("ERPD_HOME") else None


def read_node(path: Path) -> Node:
    """Read ``path/node.toml``. Raises HomeError, which names the setting that is wrong."""
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
    """Write ``node.toml``, the secret and the folders. Raises HomeError if ``path`` is already a home."""
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
