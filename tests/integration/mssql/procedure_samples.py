"""Procedures and functions of T-SQL for the tests of calls, in the schema `calling`."""

from __future__ import annotations

import os

from tests.integration.mssql.reaching import settings_of_url
from tests.integration.tds.session import URL_VARIABLE

from sqlcore.adapters.mssql import MssqlConnector
from sqlcore.errors import NotFoundError, SqlCoreError
from sqlcore.ports import Connection
from sqlcore.testing.events import READ_WRITE, run

__all__ = ["TYPES", "apply_procedures"]

# Without (max): Babelfish 4.3 has no output of these types. See `takes_max`.
TYPES = (
    "bit",
    "tinyint",
    "smallint",
    "int",
    "bigint",
    "decimal(38,10)",
    "money",
    "smallmoney",
    "float",
    "real",
    "char(5)",
    "varchar(8000)",
    "nchar(5)",
    "nvarchar(4000)",
    "binary(4)",
    "varbinary(8000)",
    "date",
    "time(7)",
    "datetime",
    "smalldatetime",
    "datetime2(7)",
    "datetimeoffset(3)",
    "uniqueidentifier",
    "xml",
    "sysname",
    "sql_variant",
)
# Some seconds: Babelfish 4.3 does not stop a procedure that has committed when its caller is gone.
_LESS_SLOW = ", ".join(f"digits {letter}" for letter in "abcdefg")
_SLOW = " , ".join(f"digits {letter}" for letter in "abcdefghijk")
_DIGITS = "WITH digits AS (SELECT d FROM (VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)) AS v (d))"

_DROPPED = (
    *(
        f"DROP PROCEDURE calling.{name}"
        for name in (
            *("many_results", "with_table", "writes", "leaves_open", "rolls_back", "catches"),
            *("throws", "raises", "divides", "commits_and_fails", "commits_and_waits", "waits"),
            *("looks_alike", "types_back", "takes_max", "commits_and_opens", "commits_itself"),
            "\"it's a ''name'' ü\"",
        )
    ),
    *(f"DROP FUNCTION calling.{name}" for name in ("scaled", "pairs", "listed")),
    "DROP TABLE calling.notes",
    "DROP TYPE calling.lines",
    "DROP TYPE calling.phone",
)
_MADE = (
    "CREATE SCHEMA calling",
    (
        "CREATE TYPE calling.lines AS TABLE (id int NOT NULL, note nvarchar(20),"
        " amount decimal(12,2), code varchar(5), raw varbinary(4))"
    ),
    "CREATE TYPE calling.phone FROM varchar(20)",
    "CREATE TABLE calling.notes (id int NOT NULL, note nvarchar(40))",
    """CREATE PROCEDURE calling.many_results
    @a int, /* , @x int = 1 */
    @b nvarchar(50) = N'x,''y', -- @y int = 2
    @c decimal(12,2) = -1.5,
    @o int OUTPUT,
    @p varchar(10) = 'z' OUTPUT,
    @ph calling.phone = NULL
AS
BEGIN
    PRINT 'first';
    SELECT @a AS a, @b AS b, @c AS c, @ph AS ph;
    RAISERROR('told %d', 5, 1, 7);
    SELECT 1 AS one UNION ALL SELECT 2;
    SET @o = ISNULL(@o, 0) + @a;
    SET @p = ISNULL(@p, 'null') + '!';
    PRINT 'last';
    RETURN 7
END""",
    (
        "CREATE PROCEDURE calling.with_table @t calling.lines READONLY, @n int OUTPUT AS"
        " BEGIN SELECT * FROM @t ORDER BY id; SELECT @n = COUNT(*) FROM @t END"
    ),
    (
        "CREATE PROCEDURE calling.writes @note nvarchar(40) AS"
        " INSERT INTO calling.notes VALUES (1, @note)"
    ),
    (
        "CREATE PROCEDURE calling.leaves_open AS"
        " BEGIN BEGIN TRANSACTION; INSERT INTO calling.notes VALUES (2, N'open'); RETURN 3 END"
    ),
    (
        "CREATE PROCEDURE calling.rolls_back AS"
        " BEGIN INSERT INTO calling.notes VALUES (3, N'undone'); ROLLBACK;"
        " INSERT INTO calling.notes VALUES (4, N'stayed'); RETURN 4 END"
    ),
    (
        "CREATE PROCEDURE calling.catches AS BEGIN BEGIN TRY SELECT 1 / 0 AS x END TRY"
        " BEGIN CATCH SELECT ERROR_NUMBER() AS number END CATCH END"
    ),
    (
        "CREATE PROCEDURE calling.throws AS"
        " BEGIN SELECT 1 AS before; PRINT 'between';"
        " THROW 50123, 'A text of 100 % ''whole''.', 3 END"
    ),
    (
        "CREATE PROCEDURE calling.raises AS BEGIN SELECT 1 AS before;"
        " RAISERROR('raised %s', 16, 4, 'here') END"
    ),
    (
        "CREATE PROCEDURE calling.divides @by int AS"
        " BEGIN SELECT n FROM (VALUES (1), (2)) AS v (n); SELECT 1 / @by AS x END"
    ),
    (
        "CREATE PROCEDURE calling.commits_and_fails AS BEGIN COMMIT;"
        " INSERT INTO calling.notes VALUES (5, N'escaped'); SELECT 1 / 0 AS x END"
    ),
    (
        f"CREATE PROCEDURE calling.commits_and_waits AS BEGIN COMMIT;"
        f" {_DIGITS} SELECT COUNT_BIG(*) AS n FROM {_LESS_SLOW} END"
    ),
    (
        "CREATE PROCEDURE calling.commits_and_opens AS BEGIN COMMIT; BEGIN TRANSACTION;"
        " BEGIN TRANSACTION; SELECT 1 AS one END"
    ),
    (
        "CREATE PROCEDURE calling.commits_itself AS BEGIN BEGIN TRANSACTION;"
        " INSERT INTO calling.notes VALUES (6, N'mine'); COMMIT; SELECT 1 AS one END"
    ),
    (
        f"CREATE PROCEDURE calling.waits AS BEGIN SELECT 1 AS before;"
        f" {_DIGITS} SELECT COUNT_BIG(*) AS n FROM {_SLOW} END"
    ),
    (
        "CREATE PROCEDURE calling.looks_alike @o int OUTPUT AS BEGIN SET @o = 5;"
        " SELECT 9 AS sqlcore_outputs_0, 1 AS sqlcore_outputs_1, 1 AS sqlcore_outputs_2,"
        " 66 AS sqlcore_outputs_3; PRINT 'behind' END"
    ),
    "CREATE PROCEDURE calling.\"it's a ''name'' ü\" @über int = 3 AS SELECT @über AS [ü x]",
    (
        "CREATE FUNCTION calling.scaled (@a int, @b int = 10) RETURNS decimal(12,2) AS"
        " BEGIN RETURN @a * @b / 4.0 END"
    ),
    (
        "CREATE FUNCTION calling.pairs (@a int, @b nvarchar(10) = N'b') RETURNS TABLE AS"
        " RETURN (SELECT @a AS a, @b AS b)"
    ),
    (
        "CREATE FUNCTION calling.listed (@n int) RETURNS @rows TABLE (n int, half decimal(5,1)) AS"
        " BEGIN INSERT INTO @rows VALUES (@n, @n / 2.0), (@n + 1, NULL); RETURN END"
    ),
    (
        "CREATE PROCEDURE calling.takes_max @a varchar(max), @b nvarchar(max), @c varbinary(max)"
        " AS SELECT LEN(@a) AS a, LEN(@b) AS b, DATALENGTH(@c) AS c"
    ),
    "CREATE PROCEDURE calling.types_back "
    + ", ".join(f"@p{number} {kind} OUTPUT" for number, kind in enumerate(TYPES))
    + " AS SELECT @p3 AS an_int",
    (
        "EXEC sp_addextendedproperty N'MS_Description', N'Writes one note.', N'SCHEMA', N'calling',"
        " N'PROCEDURE', N'writes'"
    ),
)


def apply_procedures() -> None:
    """Make them on the live server, unrecorded; nothing where there is no server."""
    url = os.environ.get(URL_VARIABLE)
    if not url:
        return
    connection: Connection = MssqlConnector().connect(settings_of_url(url))
    try:
        for text in _DROPPED:
            _run_unless_missing(connection, text)
        for text in _MADE:
            if text == "CREATE SCHEMA calling":
                _run_unless_missing(connection, text)
            else:
                run(connection, text, options=READ_WRITE)
    finally:
        connection.close()


def _run_unless_missing(connection: Connection, text: str) -> None:
    try:
        run(connection, text, options=READ_WRITE)
    except SqlCoreError as error:
        if "exist" not in error.message and not isinstance(error, NotFoundError):
            raise
