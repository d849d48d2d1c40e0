"""Procedures of T-SQL that read, or do more: in the schema `gating`, and in another database."""

from __future__ import annotations

import os

import attrs
from tests.integration.mssql.reaching import settings_of_url
from tests.integration.tds.session import URL_VARIABLE

from sqlcore.adapters.mssql import MssqlConnector
from sqlcore.domain.connection import ConnectionSettings
from sqlcore.errors import NotFoundError, SqlCoreError
from sqlcore.testing.events import READ_WRITE, run

__all__ = ["OTHER", "READING", "REFUSED", "apply_gating"]

OTHER = "sqlcore_other"

READING = {
    "reads": "SELECT @a AS a, n FROM gating.canary ORDER BY n",
    "fills": """
    SET NOCOUNT ON;
    CREATE TABLE #t (n int, m int);
    INSERT INTO #t (n) SELECT n FROM gating.canary;
    UPDATE t SET m = t.n * 10 FROM #t t JOIN gating.canary c ON c.n = t.n;
    SELECT SUM(m) AS total FROM #t;
    DROP TABLE #t""",
    "runs_another": "EXEC gating.[reads] @a EXECUTE gating.reads @a = 3",
    "runs_constant": (
        "EXEC sp_executesql N'SELECT n FROM gating.canary WHERE n = @n', N'@n int', @a"
    ),
}
REFUSED = {
    "commits": ("COMMIT", "begins or ends a transaction (COMMIT)"),
    "balances": (
        "BEGIN TRANSACTION; SELECT 1 AS one; COMMIT",
        "begins or ends a transaction (TRANSACTION)",
    ),
    "rolls_back": (
        "IF @@TRANCOUNT > 0 ROLLBACK; DELETE FROM gating.canary",
        "begins or ends a transaction (ROLLBACK)",
    ),
    "deletes": ("DELETE FROM gating.canary", "changes a table (DELETE)"),
    "runs_text": (
        "DECLARE @s nvarchar(100) = N'SELECT 1' EXEC sp_executesql @s",
        "runs text that it puts together (sp_executesql)",
    ),
    "runs_a_variable": (
        "DECLARE @s nvarchar(100) = N'gating.reads' EXEC @s 1",
        "runs a procedure whose name is not written (EXEC)",
    ),
    "runs_commits": (
        "EXEC gating.runs_further @a",
        (
            "runs gating.runs_further, which runs gating.commits, which begins or ends a"
            " transaction (COMMIT)"
        ),
    ),
    "runs_far": (
        f"EXEC {OTHER}.dbo.far_commits",
        f"runs {OTHER}.dbo.far_commits, which begins or ends a transaction (COMMIT)",
    ),
    "runs_nothing": ("EXEC gating.gone", "runs gating.gone, which is not found here"),
}
_BODIES = {
    **READING,
    "runs_further": "EXEC commits",
    **{name: body for name, (body, _) in REFUSED.items()},
}
_GATING = (
    "CREATE SCHEMA gating",
    "CREATE TABLE gating.canary (n int)",
    "INSERT INTO gating.canary VALUES (1), (2), (3)",
    "CREATE TYPE gating.numbers AS TABLE (n int, word nvarchar(60))",
    *(
        f"CREATE PROCEDURE gating.{name} @a int = 1 AS BEGIN {body} END"
        for name, body in _BODIES.items()
    ),
    (
        "CREATE PROCEDURE gating.echoes @value nvarchar(100), @back nvarchar(100) = NULL OUTPUT AS"
        " BEGIN SET @back = @value; SELECT @value AS value; RETURN 4 END"
    ),
    "CREATE FUNCTION gating.doubled (@a int) RETURNS int AS BEGIN RETURN @a * 2 END",
    "CREATE PROCEDURE gating.takes @rows gating.numbers READONLY AS SELECT n, word FROM @rows",
)
_FAR = (
    "CREATE PROCEDURE dbo.far @a int AS SELECT @a AS a, DB_NAME() AS name",
    "CREATE PROCEDURE dbo.far_commits AS COMMIT",
    "CREATE PROCEDURE dbo.far_runs AS EXEC far_commits",
)
_DROPPED = (
    *(f"DROP PROCEDURE gating.{name}" for name in (*_BODIES, "echoes", "takes")),
    *("DROP FUNCTION gating.doubled", "DROP TYPE gating.numbers"),
    *("DROP TABLE gating.canary", "DROP SCHEMA gating"),
)
_FAR_DROPPED = tuple(f"DROP PROCEDURE dbo.{name}" for name in ("far", "far_commits", "far_runs"))


def apply_gating() -> None:
    """Make them on the live server, unrecorded; nothing where there is no server."""
    url = os.environ.get(URL_VARIABLE)
    if not url:
        return
    settings = settings_of_url(url)
    _apply(attrs.evolve(settings, database="master"), (f"CREATE DATABASE {OTHER}",), ())
    _apply(settings, _DROPPED, _GATING)
    _apply(attrs.evolve(settings, database=OTHER), _FAR_DROPPED, _FAR)


def _apply(
    settings: ConnectionSettings, may_fail: tuple[str, ...], must_work: tuple[str, ...]
) -> None:
    connection = MssqlConnector().connect(settings)
    try:
        for text in may_fail:
            try:
                run(connection, text, options=READ_WRITE)
            except SqlCoreError as error:
                if "exist" not in error.message and not isinstance(error, NotFoundError):
                    raise
        for text in must_work:
            run(connection, text, options=READ_WRITE)
    finally:
        connection.close()
