"""The variables: secrets in files, each mistake in a sentence, and none that the table does not know."""

import re
from pathlib import Path

import pytest

from erpd.node import home as homes
from erpd.node.database import database
from erpd.node.environment import VARIABLES, secret_of, variable, variables
from erpd.node.home import HomeError, Node, make_home

SOURCE = Path(homes.__file__).parents[1]
SECRETS = [name for name, one in VARIABLES.items() if one.secret]


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_can_be_in_a_file(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "secret"
    file.write_text("correct-horse\n")
    monkeypatch.setenv(f"{name}_FILE", str(file))
    assert variable(name).strip() == "correct-horse"
    monkeypatch.setenv(name, "battery")
    with pytest.raises(HomeError, match=f"^{name} and {name}_FILE are both set. Keep one of them.$"):
        variable(name)
    monkeypatch.setenv(f"{name}_FILE", "")
    assert variable(name) == "battery"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "cannot be read: No such file"),
        (b"\xff", "is not in UTF-8"),
        (b" \n", "is empty"),
        (b"a\0b", "one value"),
    ],
)
def test_a_file_that_holds_no_secret_is_told(
    content: bytes | None, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv("DATABASE_URL_FILE", str(file))
    with pytest.raises(HomeError, match=f"^DATABASE_URL_FILE: {file} .*{why}"):
        variables()


def test_the_secret_of_a_home_may_be_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    make_home(home, Node("european", "T"))
    inside = secret_of(home)
    elsewhere = tmp_path / "secret"
    elsewhere.write_text(f"{inside}\n")
    (home / "secret").write_text(f"{inside}\n")
    whole = secret_of(home)
    (home / "secret").unlink()
    with pytest.raises(HomeError, match="is missing or empty"):
        secret_of(home)
    monkeypatch.setenv("ERPD_SECRET_FILE", str(elsewhere))
    assert secret_of(home) == whole  # to the letter: what it has encrypted can be read
    elsewhere.write_text("short")
    with pytest.raises(HomeError, match="fewer than 32 characters"):
        secret_of(home)
    monkeypatch.delenv("ERPD_SECRET_FILE")
    (home / "secret").write_bytes(b"\xff")
    with pytest.raises(HomeError, match="not in UTF-8"):
        secret_of(home)


WRONG_DATABASES = {
    "garbage": "is not the address of a database. Example: postgresql://",
    "://": "is not the address of a database",
    "postgres://[::1": "is not the address of a database",
    "postgresql://u:p@h:port/x": "is not the address of a database",
    "postgresql://u:p@h:99999/x": "is not the address of a database",
    "file:///x": "is not the address of a database",
    "\ud800": "is not the address of a database",
    "mysql://a/b": "works with PostgreSQL (postgresql://…) and SQLite",
    "sqlite://": "names no file",
    "sqlite:///:memory:": "names no file",
    "postgresql:///d%00b": "has a character that no name",
    "postgresql://h/d?pool=x": "pool takes a number",
    "postgresql://h/d?colour=x": "colour is not an option",
}


@pytest.mark.parametrize(("address", "why"), WRONG_DATABASES.items(), ids=map(ascii, WRONG_DATABASES))
def test_the_address_of_no_database_is_told_in_a_line(address: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(HomeError) as told:
        database(address, tmp_path)
    assert str(told.value).startswith("DATABASE_URL")
    assert why in str(told.value)
    assert len(str(told.value)) < 200
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("network", ["127.0.0.1/8x", "10.0.0.1/8", "", "10.0.0.0/40", "::1/129", "a" * 300])
def test_what_is_no_network_is_told_in_a_line(network: str, tmp_path: Path) -> None:
    with pytest.raises(
        HomeError, match=r"^allow_networks: expected a list of networks, found .*Example: "
    ) as told:
        make_home(tmp_path / "home", Node("european", "T", allow_networks=(network,)))
    assert "\n" not in str(told.value)
    assert not (tmp_path / "home").exists()


def test_a_network_that_cannot_be_stored_is_told_in_a_line(tmp_path: Path) -> None:
    with pytest.raises(HomeError, match=r"^allow_networks: the character U\+0000 cannot"):
        make_home(tmp_path / "home", Node("european", "T", allow_networks=("\0",)))
    assert not (tmp_path / "home").exists()


def test_the_table_has_every_variable_that_the_code_names() -> None:
    """And nothing but the table's module reads one by itself."""
    named: set[str] = set()
    readers = set()
    for path in SOURCE.rglob("*.py"):
        text = path.read_text("utf-8")
        named.update(re.findall(r'["\'](ERPD_[A-Z_]*[A-Z]|DATABASE_URL)["\']', text))
        if re.search(r"os\.environ(\.get\(|\[[^]]+\](?! = ))|getenv", text):
            readers.add(str(path.relative_to(SOURCE)))
    assert {name.removesuffix("_FILE") for name in named} == set(VARIABLES)
    assert readers == READERS


# What others read: the home, which --home sets; secrets that a file of sources names; what a scanner of
# files gets; whether make has called; a variable of the library for Prometheus.
READERS = {
    "sources/children/process.py",  # where Python looks for modules
    "cli/source_files.py",
    "access/attachments/scanning.py",
    "cli/demonstrating_owner.py",
    "cli/law.py",
    "node/environment.py",
    "node/home.py",
    "node/metrics/sharing.py",
}
