"""`python -m tests ARGUMENTS...`: pytest on SQLite, then what uses the database again on PostgreSQL.

Where the chosen tests use no database there is no second pass, nor with ERPD_TESTS=sqlite.
"""

import os
import sys

import pytest

from tests import postgresql


class Noted:
    """A plug-in of pytest that notes whether the chosen tests use the database."""

    database = False

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        from tests.needs import uses_database  # a plug-in itself: pytest must be the first to import it

        self.database = any(map(uses_database, session.items))


def main(arguments: list[str]) -> int:
    """The exit code of pytest, of the first pass that fails."""
    elsewhere, noted = os.environ.pop("DATABASE_URL", None), Noted()
    status = int(pytest.main(arguments, plugins=[noted]))
    if status or not noted.database or os.environ.get("ERPD_TESTS") == "sqlite":
        return status
    if elsewhere:
        os.environ["DATABASE_URL"] = elsewhere
    return postgresql.main([sys.executable, "-m", "pytest", "--database-only", *arguments])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
