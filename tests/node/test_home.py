"""node.toml: what `erpd init` writes is read again, and each mistake is named."""

import re
from contextlib import suppress
from dataclasses import MISSING, fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from erpd.node.home import HomeError, Node, make_home, read_node

PAGE = Path(__file__).parents[2] / "docs" / "node.md"

MISTAKES = {
    "title = ": "node.toml: This is not TOML: ",
    "title = Portal": "This is not TOML: Invalid value (at line 1, column 9). Put text in quotes.",
    "title: Portal": "This is not TOML: Expected '=' after a key in a key/value pair (at line 1, column 6).",
    "role = 'king'": 'role: expected "national" or "european", found "king". Example: role = "national"',
    "role = []": "role: expected",
    "title = ''": 'title: expected one line of text, found "". Example: title = "My portal"',
    "title = ' '": "title: expected",
    "title = 'a'\nhosts = 'b'\nrole = 1": "hosts: expected a list of host names",  # all are told
    'title = "a\\nb"': "title: expected",
    "title = 2026-01-01": "title: expected one line of text, found 2026-01-01",
    "country = 5": 'country: expected the two letters of a country, found 5. Example: country = "IT"',
    "country = 'XX'": "country: expected",
    "country = 'Italy'": "country: expected",
    "country = 'it'": "country: expected",
    "role = 'national'": "country: a national node needs its country",
    "base_url = 'data.example.org'": (
        'base_url: expected an http or https URL without a path, found "data.example.org". '
        'Example: base_url = "https://data.example.org"'
    ),
    "base_url = 'ftp://data.example.org'": "base_url: expected",
    "base_url = 'https://data.example.org/portal'": "base_url: expected",
    "base_url = 'https://data.example.org/?a'": "base_url: expected",
    "base_url = 'https://data.example.org#a'": "base_url: expected",
    "base_url = 'https://me:secret@data.example.org'": "base_url: expected",
    "base_url = 'https://data.example.org:99999'": "base_url: expected",
    "base_url = 'https://[::::1]'": "base_url: expected",
    "base_url = true": "base_url: expected an http or https URL without a path, found true",
    "hosts = 'example.org'": 'hosts: expected a list of host names without http:// or port, found "ex',
    "hosts = ['http://example.org']": "hosts: expected",
    "hosts = ['example.org:80']": "('example.org:80' is not a host name). Example: hosts = [",
    "hosts = ['']": "hosts: expected",
    "profiles = ['dcat-ap-xx']": "'dcat-ap-xx' is none of dcat-ap-2.1.1, ",
    "profiles = 'dcat-ap-nl-3.0'": "profiles: expected a list of application profiles",
    "hosts = [1]": "hosts: expected",
    "allow_networks = '10.1.0.0/16'": 'a list of networks, found "10.1.0.0/16". Example: allow_networks = [',
    "allow_networks = ['intranet']": "('intranet' does not appear to be an IPv4 or IPv6 network)",
    "allow_networks = ['10.1.0.1/16']": "(10.1.0.1/16 has host bits set)",
    "owner_networks = ['10.1.0.1/16']": "(10.1.0.1/16 has host bits set)",
    "email = 'admin'": 'expected an e-mail address, found "admin". Example: email = "data@example.org"',
    "email = 'admin@localhost'": "email: expected",
    "email = 'a@b@example.org'": "email: expected",
    'email = "a@example.org\\n"': "email: expected",
    "mail = 'a@example.org'": "mail is not a known key. Did you mean email?",
    "colour = 'red'": "colour is not a known key. Known: role, title, country, base_url, hosts, ",
    "[role]": 'role: expected "national" or "european", found a table',
}


@pytest.mark.parametrize(("line", "message"), MISTAKES.items(), ids=MISTAKES)
def test_each_mistake_is_named_with_what_is_expected(line, message, tmp_path):
    rest = {"role": "'european'", "title": "'T'"}
    lines = [line, *(f"{key} = {value}" for key, value in rest.items() if f"{key} =" not in line)]
    text = "\n".join(lines if line != "[role]" else ["title = 'T'", line])
    (tmp_path / "node.toml").write_text(text, "utf-8")
    with pytest.raises(HomeError) as told:
        read_node(tmp_path)
    assert str(told.value).startswith(f"{tmp_path / 'node.toml'}: ")
    assert message in str(told.value)


def test_role_and_title_are_required_and_the_file_is_in_utf_8(tmp_path):
    file = tmp_path / "node.toml"
    file.write_bytes(b"")
    with pytest.raises(
        HomeError, match=r'role: .*, found nothing.*\ntitle: .*, found nothing. Example: title = "'
    ):
        read_node(tmp_path)
    file.write_bytes("title = 'é'".encode("latin-1"))
    with pytest.raises(HomeError, match=r"node.toml is not in UTF-8: "):
        read_node(tmp_path)
    file.write_text("role = 'european'\ntitle = 'T'", "utf-8-sig")  # as editors on Windows do
    assert read_node(tmp_path).title == "T"


ANY = st.text(st.characters(exclude_categories=()), max_size=12)
NODES = st.builds(
    Node,
    role=st.sampled_from(["national", "european"]),
    title=ANY,
    country=st.sampled_from(["IT", "EL", "BE"]),
    base_url=st.sampled_from(["", "https://data.example.org", "http://[::1]:8000", "https://a.example/"]),
    hosts=st.lists(st.sampled_from(["www.example.org", ".example.org", "10.0.0.1"])).map(tuple),
    allow_networks=st.lists(st.sampled_from(["10.1.0.0/16", "::1/128"])).map(tuple),
    owner_networks=st.lists(st.sampled_from(["10.2.0.0/16"])).map(tuple),
    email=st.sampled_from(["", "data@example.org", 'o"b@example.org']),
)
SPOILT = st.one_of(
    st.builds(replace, NODES, country=ANY),
    st.builds(replace, NODES, base_url=ANY),
    st.builds(replace, NODES, hosts=st.tuples(ANY)),
    st.builds(replace, NODES, allow_networks=st.tuples(ANY)),
    st.builds(replace, NODES, email=ANY | ANY.map("a@{}.org".format)),
)


@given(NODES | SPOILT)
@example(
    Node(
        "national",
        'Punt "NL" \\ ’t één\u00a0😀',
        "NL",
        hosts=("a.example", "b.example"),
        allow_networks=("::/0",),
    )
)
@example(Node("european", "\x7f"))
@example(Node("european", "\ud83d"))
def test_what_init_writes_is_read_again(node):
    with TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with suppress(HomeError):
            make_home(home, node)
            assert read_node(home) == replace(
                node, base_url=(node.base_url or Node.base_url).rstrip("/"), email=node.email or Node.email
            )
            return
        assert not home.exists()


def test_each_setting_is_documented_with_its_default_and_an_example(tmp_path):
    rows = re.findall(r"^\| `(\w+)` \| .+ \| (.+) \| `(.+)` \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    defaults = {
        field.name: "required" if field.default is MISSING else field.default for field in fields(Node)
    }
    assert [(name, default.strip("`")) for name, default, _ in rows] == [
        (name, str(default or "none").replace("True", "true")) for name, default in defaults.items()
    ]
    (tmp_path / "node.toml").write_text("\n".join(example for _, _, example in rows), "utf-8")
    documented = read_node(tmp_path)
    assert [name for name in defaults if getattr(documented, name) == defaults[name]] == []
