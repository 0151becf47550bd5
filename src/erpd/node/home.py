"""The home of a node: a folder with ``node.toml``, the secret, the SQLite file and the search index."""

import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal, get_args
from urllib.parse import urlsplit

from erpd.metadata.declared import DeclarationError, expected, read_toml, write_toml
from erpd.metadata.masking import shown
from erpd.metadata.profile import PROFILES
from erpd.metadata.vocabularies import vocabulary

Role = Literal["national", "european"]
ROLES: tuple[Role, ...] = get_args(Role)

FILE = "erpd.sqlite3"  # the database, unless another is named

# What a home may begin with: what is left of an attempt, an operator's vocabularies, what a new disk has.
_OURS = frozenset({"secret", "index", "vocabularies", "lost+found"})

_UNFIT = r"\x00-\x1f\x7f-\x9f\ud800-\udfff"  # for XML and for pages
_TITLE = rf"\A(?=.*\S)[^{_UNFIT}]+\Z"
_EMAIL = rf"\A[^\s@{_UNFIT}]+@([^\s@.{_UNFIT}]+\.)+[^\s@.{_UNFIT}]+\Z"  # emailType of OAI-PMH's schema
_ADDRESS = re.compile(r"https?://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?/?")
_HOST = re.compile(r"\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:.]+\]")


class HomeError(Exception):
    """The home is missing or ``node.toml`` is wrong. The message says what to correct."""


_INIT = 'To make one: `erpd init {} --role european --title "My register"`.'


def _country(code: str) -> None:
    if not (re.fullmatch("[A-Z]{2}", code) and code.lower() in vocabulary("country").spellings):
        raise ValueError


def _address(url: str) -> None:
    if not _ADDRESS.fullmatch(url):
        raise ValueError
    urlsplit(url).port  # noqa: B018  # raises ValueError if it is too large


def _hosts(names: tuple[str, ...]) -> None:
    for name in names:
        if not _HOST.fullmatch(name):
            raise ValueError(f"{name!r} is not a host name")


def _words(words: tuple[str, ...]) -> None:
    if not all(word and "\0" not in word for word in words):
        raise ValueError("a word of it is empty")


def _profiles(names: tuple[str, ...]) -> None:
    for name in names:
        if name not in PROFILES:
            raise ValueError(f"{name!r} is none of {', '.join(PROFILES)}")


def _networks(networks: tuple[str, ...]) -> None:
    for network in networks:
        ip_network(network)


@dataclass(frozen=True)
class Node:
    """The settings in ``node.toml``."""

    role: Annotated[Role, expected('"national" or "european"', 'role = "national"')]
    """``national`` or ``european``."""
    title: Annotated[str, expected("one line of text", 'title = "My portal"', pattern=_TITLE)]
    """The name of the node on its pages and doors."""
    country: Annotated[str, expected("the two letters of a country", 'country = "IT"', _country)] = ""
    """Two letters; national nodes only."""
    base_url: Annotated[
        str,
        expected("an http or https URL without a path", 'base_url = "https://data.example.org"', _address),
    ] = "http://127.0.0.1:8000"
    """The public address of the node, without a slash at the end."""
    hosts: Annotated[
        tuple[str, ...],
        expected("a list of host names without http:// or port", 'hosts = ["www.example.org"]', _hosts),
    ] = ()
    """Other host names that the node answers to."""
    allow_networks: Annotated[
        tuple[str, ...], expected("a list of networks", 'allow_networks = ["10.1.0.0/16"]', _networks)
    ] = ()
    """Private networks that may be harvested."""
    owner_networks: Annotated[
        tuple[str, ...], expected("a list of networks", 'owner_networks = ["10.2.0.0/16"]', _networks)
    ] = ()
    """Private networks that may be called for the portals that data owners enter."""
    email: Annotated[str, expected("an e-mail address", 'email = "data@example.org"', pattern=_EMAIL)] = (
        "admin@localhost.localdomain"
    )
    """Where harvesters can write to (adminEmail of OAI-PMH)."""
    profiles: Annotated[
        tuple[str, ...],
        expected("a list of application profiles", 'profiles = ["dcat-ap-nl-3.0"]', _profiles),
    ] = ()
    """The profiles that every catalogue of the node follows, beside its own."""
    key_days: Annotated[int, expected("a number of days from 1 to 365", "key_days = 180", ge=1, le=365)] = 365
    """The longest time for which a key of the delivery APIs is valid."""
    attachment_scan: Annotated[
        tuple[str, ...],
        expected(
            "a command and its arguments, each in quotes", 'attachment_scan = ["clamdscan", "-"]', _words
        ),
    ] = ()
    """A command that is given each attachment of a request on its standard input, and ends with 0 if it is
    clean. Without one, nothing is scanned."""
    restore_backups: Annotated[bool, expected("true or false", "restore_backups = false")] = True
    """Whether the newest backup is restored beside the node each night, to prove that it can be."""
    link_days: Annotated[int, expected("a number of days from 0 to 365", "link_days = 30", ge=0, le=365)] = 14
    """After how many days the links of descriptions are tried again; 0 for never."""
    proxies: Annotated[
        int,
        expected("how many reverse proxies stand before the node, from 0 to 9", "proxies = 1", ge=0, le=9),
    ] = 0
    """How many reverse proxies of the operator each request comes through. Each adds the address that it sees
    to ``X-Forwarded-For``; what stands before those is the client's word."""


def home() -> Path:
    """The folder named by ``ERPD_HOME``. Raises HomeError if it is not set or not the home of a node."""
    name = os.environ.get("ERPD_HOME")
    if not name:
        raise HomeError(
            f"No home given: use `erpd --home FOLDER …` or set ERPD_HOME. {_INIT.format('FOLDER')}"
        )
    path = Path(os.path.realpath(os.path.expanduser(name)))
    if not (path / "node.toml").is_file():
        raise HomeError(f"{path} is not the home of a node: it has no node.toml. {_INIT.format(name)}")
    return path


def vocabularies() -> Path | None:
    """The folder of the operator's own vocabularies; None if ``ERPD_HOME`` is not set. Raises HomeError."""
    return home() / "vocabularies" if os.environ.get("ERPD_HOME") else None


def read_node(path: Path) -> Node:
    """Read ``path/node.toml``. Raises HomeError, which names the settings that are wrong."""
    file = path / "node.toml"
    try:
        return _declared(file.read_text("utf-8"))
    except UnicodeDecodeError as error:
        raise HomeError(f"{file} is not in UTF-8: {error}.") from error
    except DeclarationError as error:
        raise HomeError(f"{file}: {error}") from error


def read_secret(path: Path) -> str:
    """The secret of the home ``path``. Raises HomeError if there is none."""
    file = path / "secret"
    try:
        secret = file.read_text("utf-8") if file.exists() else ""
    except UnicodeDecodeError as error:
        raise HomeError(f"{file} is not in UTF-8. Put it back from a backup.") from error
    if not secret.strip():
        raise HomeError(
            f"{file} is missing or empty. Put it back from a backup. If there is none, make a new one with "
            f"`openssl rand -base64 48 > {file}`, then enter the credentials of your sources again."
        )
    return secret


def make_home(path: Path, node: Node, *, beside: bool = False) -> None:
    """Write ``node.toml``, the secret and the folders, which only the owner may read, whatever the umask.

    ``beside``: also in a folder that has other files, whose mode stays as it is. A secret that is there is
    kept: something may be encrypted with it.

    Raises HomeError if ``path`` is already a home or holds other files, or if a setting is wrong; then
    nothing is written. OSError if the disk is full; then it can be made again.
    """
    if (path / "node.toml").exists():
        raise HomeError(f"{path} is already the home of a node.")
    others = sorted(one.name for one in path.iterdir() if one.name not in _OURS) if path.is_dir() else []
    if others and not beside:
        raise HomeError(
            f"{path} is not empty: it has {shown(others[0], 100)}. Name a new folder, such as "
            f"{path / 'erpd'}, or add --beside-other-files."
        )
    said = {field.name: (getattr(node, field.name), field.default) for field in fields(Node)}
    text = write_toml({name: value for name, (value, usual) in said.items() if value != usual})
    try:
        _declared(text)
    except DeclarationError as error:
        raise HomeError(str(error)) from error
    for folder in (path, path / "index", path / "vocabularies"):
        folder.mkdir(parents=True, exist_ok=True)
        with suppress(PermissionError):  # it belongs to somebody else, such as a volume that was mounted
            if folder != path or not others:
                folder.chmod(0o700)
    for name, content in (("secret", secrets.token_urlsafe(50)), ("node.toml", text)):
        file = path / name
        if name == "secret" and file.exists() and file.stat().st_size:
            continue
        file.touch()
        file.chmod(0o600)
        try:
            file.write_text(content, "utf-8")
        except OSError:  # the disk is full: half a file would count as made
            file.unlink()
            raise


def _declared(text: str) -> Node:
    node = read_toml(text, Node)
    if node.role == "national" and not node.country:
        raise DeclarationError('country: a national node needs its country. Example: country = "IT"')
    return replace(node, base_url=node.base_url.rstrip("/"))
