"""A procedure of SQL Server is refused at read for what it reaches, with the way to it."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import pytest

from sqlcore.domain.facts import RelationFacts, RoutineFacts, SchemaFacts
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import Routine, RoutineKind
from sqlcore.services.calling.reached import refuse_procedure
from sqlcore.services.guarding import SideEffects

_FACTS = SchemaFacts(
    routines=(
        RoutineFacts(
            schema="dbo", name="net", language="tsql", body="CREATE FUNCTION dbo.net () RETURNS int"
        ),
        RoutineFacts(schema="dbo", name="sends", language="clr", trusted=False),
    ),
    relations=(
        RelationFacts(schema="dbo", name="far", kind="synonym", external="the linked server s"),
    ),
    search_path=("dbo",),
)


def _routine(
    name: str, body: str | None, kind: RoutineKind = RoutineKind.PROCEDURE, language: str = "tsql"
) -> Routine:
    text = None if body is None else f"CREATE PROCEDURE {name} AS {body}"
    return Routine(name=QualifiedName.parse(name), kind=kind, text=text, language=language)


class _Server:
    """Finds routines by name; without a schema, those of all schemas."""

    def __init__(self, *routines: Routine) -> None:
        self._routines = routines
        self.asked: list[str] = []

    def find(self, name: QualifiedName) -> Sequence[Routine]:
        self.asked.append(str(name))
        wanted = attrs.evolve(name, database=None) if name.database == "own" else name
        return [
            one
            for one in self._routines
            if one.name.name == wanted.name
            and wanted.schema in (None, one.name.schema)
            and one.name.database == wanted.database
        ]

    def refused(self, name: str, allow: frozenset[str] = frozenset()) -> str | None:
        (called,) = self.find(QualifiedName.parse(name))
        effects = SideEffects.of(_FACTS, "tsql")
        refusal = refuse_procedure(called, self.find, lambda: effects, allow)
        return None if refusal is None else f"{refusal.reason} {refusal.hint}"


def test_what_only_reads_is_let_through_with_all_that_it_runs() -> None:
    server = _Server(
        _routine("dbo.a", "EXEC dbo.b EXEC b; EXEC own.dbo.b SELECT dbo.net() AS n"),
        _routine("dbo.b", "EXEC dbo.a EXEC dbo.net"),  # it ends, though they run each other
        _routine("dbo.net", None, RoutineKind.FUNCTION),
    )
    assert server.refused("dbo.a") is None


@pytest.mark.parametrize(
    ("routine", "reason"),
    [
        (_routine("dbo.c", "COMMIT"), "begins or ends a transaction (COMMIT)"),
        (_routine("dbo.c", "EXEC (@sql)"), "runs text that it puts together (EXEC)"),
        (_routine("dbo.c", None), "has a text that is encrypted, or that this login may not see"),
        (
            _routine("dbo.c", None, language="clr"),
            "is code that cannot be looked into (clr)",
        ),
        (_routine("dbo.c", "EXEC nothing"), "runs nothing, which is not found here"),
        (
            _routine("dbo.c", "SELECT dbo.sends()"),
            (
                "cannot be shown to only read: The function dbo.sends is code of an assembly beyond"
                " SAFE, so that it may do more than read"
            ),
        ),
        (
            _routine("dbo.c", "SELECT pg_sleep(1)"),
            "cannot be shown to only read: The function pg_sleep is not known to only read",
        ),
    ],
    ids=["commit", "dynamic", "unseen", "clr", "unknown", "function", "built-in"],
)
def test_the_refusal_tells_the_way(routine: Routine, reason: str) -> None:
    server = _Server(routine, _routine("dbo.b", "EXEC c"), _routine("dbo.a", "EXEC dbo.b"))
    told = server.refused("dbo.a")
    assert told is not None
    assert (
        f"dbo.a may not be called at the access level read: it runs dbo.b, which runs dbo.c, which"
        f" {reason}. "
    ) in told
    assert "--access write" in told
    assert ("GRANT VIEW DEFINITION" in told) == ("encrypted" in reason)


def test_all_that_a_name_without_a_schema_may_mean_is_looked_at() -> None:
    server = _Server(
        _routine("dbo.a", "EXEC b"), _routine("dbo.b", "SELECT 1"), _routine("s.b", "ROLLBACK")
    )
    assert "s.b" in (server.refused("dbo.a") or "")


def test_a_name_without_a_schema_is_looked_for_in_that_of_the_procedure() -> None:
    class Synonyms(_Server):
        """Has a synonym q in dbo, before which no q of other schemas is found."""

        def find(self, name: QualifiedName) -> Sequence[Routine]:
            if name.name == "q" and name.schema is None:
                return [_routine("dbo.harmless", "SELECT 1")]
            return super().find(name)

    server = Synonyms(_routine("s.a", "EXEC q"), _routine("s.q", "COMMIT"))
    assert "runs s.q, which begins" in (server.refused("s.a") or "")


def test_a_name_that_is_not_in_the_schema_of_the_procedure_is_looked_for_in_dbo() -> None:
    class Spelled(_Server):
        """Has q in one schema and Q in another: of these it finds the one as it is spelled."""

        def find(self, name: QualifiedName) -> Sequence[Routine]:
            if name.name == "q" and name.schema is None:
                return [_routine("x.q", "SELECT 1")]
            return super().find(name)

    server = Spelled(_routine("s.a", "EXEC q"), _routine("dbo.q", "COMMIT"))
    assert "runs dbo.q, which begins" in (server.refused("s.a") or "")


@pytest.mark.parametrize("body", ["EXEC sp_x", "EXEC dbo.sp_x", "EXEC own..SP_X"])
def test_a_procedure_of_the_server_comes_before_one_of_the_same_name(body: str) -> None:
    names = ("sp_x", "SP_X")
    server = _Server(
        _routine("dbo.a", body),
        *(_routine(f"dbo.{name}", "SELECT 1") for name in names),
        *(_routine(f"sys.{name}", "COMMIT") for name in names),
    )
    assert "which begins or ends a transaction" in (server.refused("dbo.a") or "")
    assert "it begins or ends a transaction" in (server.refused("dbo.sp_x") or "")


def test_names_in_a_procedure_of_another_database_are_looked_for_there() -> None:
    server = _Server(
        _routine("dbo.a", "EXEC other.dbo.b"),
        _routine("other.dbo.b", "EXEC c"),
        _routine("other.dbo.c", "COMMIT"),
        _routine("dbo.c", "SELECT 1"),
    )
    assert "runs other.dbo.c, which begins" in (server.refused("dbo.a") or "")
    assert "dbo.c" not in server.asked


def test_a_function_is_judged_as_in_a_query() -> None:
    functions = [
        _routine(name, None, RoutineKind.FUNCTION)
        for name in ("dbo.net", "dbo.sends", "other.dbo.sends")
    ]
    server = _Server(*functions)
    assert server.refused("dbo.net") is None
    assert "assembly beyond SAFE" in (server.refused("dbo.sends") or "")
    assert server.refused("dbo.sends", frozenset({"dbo.*"})) is None
    assert server.refused("other.dbo.sends") is None


def test_a_function_may_be_allowed_for_it() -> None:
    server = _Server(_routine("dbo.a", "SELECT dbo.other_one()"))
    assert "allow_functions" in (server.refused("dbo.a") or "")
    assert server.refused("dbo.a", frozenset({"dbo.other_one"})) is None


@pytest.mark.parametrize("call", ["setval('s', 50)", "pg_catalog.setval('s', 50)", "dbo.b()"])
def test_only_functions_that_another_database_has_are_let_through_there(call: str) -> None:
    server = _Server(
        _routine("other.dbo.a", f"SELECT dbo.net(), {call} FROM rows_of(1) AS r"),
        _routine("other.dbo.net", None, RoutineKind.FUNCTION),
        _routine("other.dbo.rows_of", None, RoutineKind.TABLE_FUNCTION),
        _routine("other.dbo.b", "SELECT 1"),
    )
    name = call.partition("(")[0]
    assert f"The function {name} is not known to only read" in (server.refused("other.dbo.a") or "")
    assert server.refused("other.dbo.a", frozenset({name})) is None


def test_a_chain_without_end_is_refused() -> None:
    chain = [_routine(f"dbo.p{n}", f"EXEC dbo.p{n + 1}") for n in range(300)]
    assert "more procedures" in (_Server(*chain).refused("dbo.p0") or "")
