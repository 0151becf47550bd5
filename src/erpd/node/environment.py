"""The variables that complete the settings: the one place that reads them.

Whatever holds a secret can be in a file instead, which ``NAME_FILE`` names, as Docker, Kubernetes and systemd
(``LoadCredential``) bring them: the list of variables of a process is shown in more places than a file.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from erpd.node.home import HomeError, read_secret

_MOST = 65_536  # bytes of a file
_SHORTEST = 32  # characters of our secret
_SHORTEST_TOKEN = 16


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable: what it means, and whether it can be in a file."""

    meaning: str
    secret: bool = False
    default: str = ""
    whole: bool = False  # the blanks around it belong to it


VARIABLES: Mapping[str, Variable] = {
    "ERPD_HOME": Variable("the home of the node, if `--home` does not name it"),
    "DATABASE_URL": Variable(
        "[a database in PostgreSQL](node.md#postgresql)",
        secret=True,
        default="the file `erpd.sqlite3` in the home",
    ),
    "ERPD_SECRET": Variable(
        "what encrypts the credentials of sources and signs sessions, at least 32 characters",
        secret=True,
        default="the file `secret` in the home",
        whole=True,
    ),
    "ERPD_LOG_FORMAT": Variable("how the log is written: `text` or `json`", default="`text`"),
    "ERPD_LOG_LEVEL": Variable(
        "from which level on: `debug`, `info`, `warning`, `error` or `critical`", default="`warning`"
    ),
    "ERPD_ACCESS_LOG": Variable("whether each request gets a line: `yes` or `no`", default="`no`"),
    "ERPD_METRICS_TOKEN": Variable(
        "the bearer token that opens [`/metrics`](node.md#figures-for-prometheus), at least 16 characters",
        secret=True,
        default="only this machine reads it",
    ),
    "ERPD_SMTP_URL": Variable(
        "the server that [sends mail](node.md#mail)", secret=True, default="mails are files in the home"
    ),
    "ERPD_OIDC_URL": Variable("the issuer of [a provider of OpenID Connect](guides/sign-in.md)"),
    "ERPD_OIDC_CLIENT_ID": Variable("what the provider calls this node"),
    "ERPD_OIDC_SECRET": Variable("what the provider gave you", secret=True),
    "ERPD_OIDC_NAME": Variable("what the button to sign in calls the provider", default="its host"),
    "ERPD_SPARQL_QUERY_URL": Variable(
        "where [your SPARQL server](guides/query-with-sparql.md#with-a-server-of-your-own) takes queries",
        secret=True,
    ),
    "ERPD_SPARQL_STORE_URL": Variable("its Graph Store", secret=True),
    "ERPD_SPARQL_UPDATE_URL": Variable("where it takes updates", secret=True),
    "ERPD_SOURCE_PASSWORD": Variable("the password of a source, for `source add` and `harvest`", secret=True),
    "ERPD_SOURCE_HEADER": Variable("its key header, such as `X-API-Key: …`", secret=True),
    "ERPD_SOURCE_BEARER": Variable("its bearer token", secret=True),
    "ERPD_SOURCE_PARAMETERS": Variable("keys in the query of its addresses, such as `apikey=…`", secret=True),
}


def variable(name: str) -> str:
    """The value of one of VARIABLES; "" if it is not set.

    Raises HomeError if it and its file are both set, or if the file cannot be read.
    """
    value, file = os.environ.get(name, ""), os.environ.get(f"{name}_FILE", "").strip()
    if not (file and VARIABLES[name].secret):
        return value if VARIABLES[name].whole else value.strip()
    if value:
        raise HomeError(f"{name} and {name}_FILE are both set. Keep one of them.")
    try:
        with Path(file).open("rb") as opened:
            value = opened.read(_MOST + 1).decode()
    except OSError as error:
        raise HomeError(f"{name}_FILE: {file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise HomeError(f"{name}_FILE: {file} is not in UTF-8: {error}.") from error
    if not value.strip() or len(value) > _MOST or "\0" in value:
        raise HomeError(f"{name}_FILE: {file} {'does not hold one value' if value.strip() else 'is empty'}.")
    return value if VARIABLES[name].whole else value.strip()


def secret_of(home: Path) -> str:
    """The secret of that home, in ERPD_SECRET or in the home. Raises HomeError if there is none."""
    given = variable("ERPD_SECRET")
    if given and len(given) < _SHORTEST:
        raise HomeError(
            f"ERPD_SECRET has fewer than {_SHORTEST} characters. Make one with `openssl rand -base64 48`."
        )
    return given or read_secret(home)


def metrics_token() -> str:
    """The token of ``/metrics``, or "". Raises HomeError if it is too short."""
    given = variable("ERPD_METRICS_TOKEN")
    if given and len(given) < _SHORTEST_TOKEN:
        raise HomeError(
            f"ERPD_METRICS_TOKEN has fewer than {_SHORTEST_TOKEN} characters. Make one with "
            "`openssl rand -hex 32`."
        )
    return given


def variables() -> dict[str, str]:
    """All of VARIABLES, but for those of a source. Raises HomeError."""
    return {name: variable(name) for name in VARIABLES if not name.startswith("ERPD_SOURCE_")}
