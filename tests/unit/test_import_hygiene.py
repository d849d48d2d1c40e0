"""Importing costs next to nothing: heavy packages come when they are needed."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import sqlcore

_DRIVERS = {
    "psycopg",
    "psycopg_pool",
    "pymssql",
    "sqlalchemy",
    "sqlcore.adapters",
    "sqlcore.testing",
}
_HEAVY = {"mcp", "pydantic", "starlette", "pyarrow", "cattrs", "sqlglot", "rich", "structlog"}


def _loaded_by(code: str) -> set[str]:
    """Run code in a fresh interpreter; return the modules and packages that it loaded."""
    script = (
        f"import json, sys\nbefore = set(sys.modules)\n{code}\n"
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    ended = subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(json.loads(ended.stdout))


@pytest.mark.parametrize(
    ("code", "unwanted"),
    [
        ("import sqlcore", _DRIVERS | _HEAVY | {"attrs", "attr"}),
        ("import sqlcore.errors, sqlcore.ports, sqlcore.domain.urls", _DRIVERS | _HEAVY),
        ("from sqlcore import connect, Database, Result", _DRIVERS | _HEAVY),
        ("import sqlcore_mcp", _DRIVERS | _HEAVY),
        ("import sqlcore.services.spool, sqlcore.services.exporting", _DRIVERS | {"pyarrow"}),
        (
            'import sqlcore; sqlcore.connect("memory://").query("SELECT 1")',
            (_DRIVERS | _HEAVY) - {"sqlcore.testing", "sqlglot"},  # the fake, and the guard
        ),
    ],
)
def test_an_import_loads_no_more_than_it_needs(code: str, unwanted: set[str]) -> None:
    assert _loaded_by(code) & unwanted == set()


def test_a_server_that_lists_its_tools_has_not_loaded_the_guard() -> None:
    code = (
        "from sqlcore_mcp.app import App\nfrom sqlcore_mcp.server import build_server\n"
        "from sqlcore_mcp.settings import ServerSettings\n"
        "build_server(App(ServerSettings(access='read')))"
    )
    unwanted = {"sqlcore.services.guarding", "sqlcore.services.masking", "sqlglot", "structlog"}

    assert _loaded_by(code) & unwanted == set()


def test_every_public_name_can_be_imported() -> None:
    assert set(sqlcore.__all__) <= set(dir(sqlcore))
    assert all(getattr(sqlcore, name).__name__ == name for name in sqlcore.__all__)


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = sqlcore.nothing
