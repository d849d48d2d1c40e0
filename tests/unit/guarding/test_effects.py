"""What a database's own objects may do: facts in, refusals out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sqlcore
from sqlcore.domain.access import Access
from sqlcore.domain.facts import (
    OperatorFacts,
    RelationFacts,
    RoutineFacts,
    SchemaFacts,
    TypeFacts,
)
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.errors import PolicyError
from sqlcore.services.guarding import Decision, SideEffects, decide, decide_table
from sqlcore.testing.memory import MemoryConnector

_PATH = ("pg_temp", "pg_catalog", "shop", "public")


def names(*texts: str) -> frozenset[tuple[str, str]]:
    pairs = (text.split(".") for text in texts)
    return frozenset((schema, name) for schema, name in pairs)


def routine(
    name: str, volatility: str = "stable", body: str | None = None, **more: Any
) -> RoutineFacts:
    schema, _, bare = name.rpartition(".")
    facts = RoutineFacts(schema=schema, name=bare, volatility=volatility, language="sql", body=body)
    return attrs.evolve(facts, **more)


def view(name: str, **more: Any) -> RelationFacts:
    schema, _, bare = name.rpartition(".")
    return attrs.evolve(RelationFacts(schema=schema, name=bare, kind="view"), **more)


FACTS = SchemaFacts(
    routines=(
        routine("shop.log", "volatile"),
        routine("audit.hidden", "volatile"),
        routine("shop.net", body="SELECT $1 * 0.8"),
        routine("shop.reads_loud", body="SELECT count(*) FROM shop.loud"),
        routine("shop.overloaded", body="SELECT 1"),
        routine("shop.overloaded", "volatile"),
    ),
    relations=(
        view("shop.loud", calls=names("shop.log")),
        view("shop.louder", reads=names("shop.loud", "shop.plain")),
        view("audit.quiet", calls=names("shop.net", "pg_catalog.random")),
        view("audit.waiting", calls=names("pg_catalog.pg_sleep")),
        view("audit.loud", calls=names("audit.hidden")),
    ),
    operators=(
        OperatorFacts(schema="shop", name="<->", calls=names("shop.log")),
        OperatorFacts(schema="shop", name="<#>", calls=names("shop.net")),
    ),
    types=(TypeFacts(schema="shop", name="email", calls=names("shop.log")),),
    search_path=_PATH,
)


def reads(
    sql: str, facts: SchemaFacts = FACTS, allow: Sequence[str] = (), dialect: str = "postgres"
) -> Decision:
    effects = SideEffects.of(facts, dialect)
    return decide(
        sql, dialect, Access.READ, allow_functions=frozenset(allow), effects=lambda: effects
    )


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT shop.log()", "The function shop.log is volatile"),
        ("SELECT log(1)", "The function shop.log is volatile"),
        ("SELECT * FROM shop.loud", "The view shop.loud calls shop.log, which is volatile"),
        ("SELECT 1 FROM a, loud", "The view shop.loud"),
        ("TABLE louder", "The view shop.louder reads shop.loud, which calls shop.log, which is"),
        ("SELECT reads_loud()", "The function shop.reads_loud reads shop.loud, which calls"),
        ("SELECT shop.overloaded(1)", "volatile"),
        ("SELECT 1 <-> 2", "The operator shop.<-> calls shop.log"),
        ("SELECT 1 OPERATOR(Shop.<->) 2", "The operator shop.<-> calls shop.log"),
        ("SELECT 1 OPERATOR(here.shop.<->) 2", "The operator shop.<-> calls shop.log"),
        ("SELECT 1 OPERATOR(audit.*) 2", "The operator audit.* is not known to only read."),
        ("SELECT 'a'::email", "The type shop.email calls shop.log"),
        ("SELECT email 'a'", "The type shop.email"),
        ("SELECT CAST(values AS email) FROM t", "The type shop.email"),
        ("SELECT CAST('a' AS shop.email)", "The type shop.email"),
        ("SELECT o.log FROM orders o", "The function shop.log"),
        ("SELECT (1).log", "The function shop.log"),
        ("SELECT * FROM audit.waiting", "calls pg_catalog.pg_sleep, which does more than read"),
        ("SELECT audit.nothing()", "The function audit.nothing is not known"),
        ("SELECT * FROM a JOIN (b JOIN loud ON true) ON true", "The view shop.loud"),
    ],
)
def test_what_reaches_harm_is_refused_and_the_path_is_told(sql: str, reason: str) -> None:
    decision = reads(sql)
    assert not decision.allowed
    assert decision.by_schema
    assert reason in decision.reason


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1 OPERATOR(shop.<#>) 2, s.* FROM shop.plain s",
        "SELECT net(1), shop.net(2)",
        "SELECT * FROM audit.quiet",
        "SELECT * FROM shop.plain",
        "SELECT loud, p.loud FROM shop.plain AS p WHERE loud > 0 AND email = 'x'",
        "SELECT loud.id FROM shop.plain AS loud",
        "SELECT email, lower(email) AS email FROM shop.plain GROUP BY email",
        "SELECT log FROM shop.plain",
        "SELECT * FROM hidden",
    ],
)
def test_names_that_mean_something_else_are_no_harm(sql: str) -> None:
    assert reads(sql).allowed, reads(sql).reason


@pytest.mark.parametrize("allowed", ["shop.log", "shop.*", "log"])
def test_an_allowed_function_is_allowed_wherever_it_is_reached(allowed: str) -> None:
    for sql in ("SELECT log(1)", "TABLE shop.louder", "SELECT 1 <-> 2", "SELECT 'a'::shop.email"):
        assert reads(sql, allow=[allowed]).allowed


def test_a_bare_name_allows_nothing_off_the_search_path() -> None:
    assert not reads("SELECT * FROM audit.loud", allow=["hidden"]).allowed
    assert reads("SELECT * FROM audit.loud", allow=["audit.hidden"]).allowed


def test_what_came_with_the_server_and_does_harm_cannot_be_allowed_behind_a_view() -> None:
    decision = reads("SELECT * FROM audit.waiting", allow=["pg_sleep", "pg_catalog.pg_sleep"])
    assert not decision.allowed
    assert "allow_functions" not in (decision.hint or "")


def test_the_hint_names_the_function_at_the_end_of_the_path() -> None:
    assert "allow shop.log for reads" in (reads("SELECT * FROM shop.louder").hint or "")


def test_an_implicit_cast_between_built_in_types_stops_every_read() -> None:
    facts = attrs.evolve(FACTS, everywhere=names("shop.log"))
    assert "An implicit cast calls shop.log" in reads("SELECT a FROM t", facts).reason
    assert reads("SELECT a FROM t", facts, allow=["shop.log"]).allowed
    assert not reads("SELECT 1 WHERE 1.5", facts).allowed
    assert reads("SELECT 1 AS one, NULL", facts).allowed  # nothing is converted


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("sql", "SELECT shop.log()"),
        ("sql", "SELECT 1; DELETE FROM t"),
        ("sql", "SELECT pg_sleep(1)"),
        ("sql", "SELECT unknown_function(1)"),
        ("sql", "SELECT 'open"),
        ("plpgsql", "BEGIN RETURN log(1); END"),
        ("plpgsql", "BEGIN EXECUTE 'SELECT 1'; END"),
        ("plpgsql", "BEGIN RETURN QUERY EXECUTE text; END"),
        ("plpgsql", "BEGIN PERFORM pg_notify('a', 'b'); END"),
        ("plpgsql", "BEGIN NOTIFY a; END"),
        ("plpgsql", "BEGIN IF true THEN COPY t TO PROGRAM 'x'; END IF; END"),
        ("plpgsql", "BEGIN CALL shop.do_it(); END"),
        ("plpgsql", "DECLARE n int := (SELECT shop.log()); BEGIN UPDATE t SET a = 1; END"),
        ("plpgsql", "DECLARE e shop.email; BEGIN RETURN 1; END"),
        ("plpgsql", "BEGIN RETURN 1 OPERATOR(shop.<->) 2; END"),
        ("sql", "SELECT 1 OPERATOR(audit.+) 2"),
        ("plperl", "return 1"),
        ("c", None),
        ("internal", "pg_sleep"),
    ],
)
def test_a_stable_function_is_refused_for_what_its_text_reaches(
    language: str, body: str | None
) -> None:
    facts = attrs.evolve(
        FACTS, routines=(*FACTS.routines, routine("shop.f", body=body, language=language))
    )
    decision = reads("SELECT shop.f()", facts)
    assert not decision.allowed
    assert decision.by_schema
    assert reads("SELECT shop.f()", facts, allow=["shop.f"]).allowed


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("sql", "SELECT $1 + 1"),
        ("sql", "WITH a AS (SELECT 1) SELECT net(x) FROM a, unnest($1) u (x);"),
        ("sql", ""),
        (
            "plpgsql",
            """
            DECLARE
                i int;
                amount numeric(10, 2) = 0;
                c CURSOR (k int) FOR SELECT id FROM shop.plain WHERE id = k;
            BEGIN
                IF (amount > 1) THEN RETURN (SELECT max(id) FROM shop.plain); END IF;
                FOR i IN 1..3 LOOP amount := amount + shop.net(i); END LOOP;
                <<again>> WHILE (amount < 0) LOOP EXIT again; END LOOP;
                SELECT id INTO STRICT i FROM shop.plain;
                RETURN QUERY SELECT 1;
            EXCEPTION WHEN OTHERS THEN RAISE EXCEPTION 'DELETE %', i USING ERRCODE = 'P0001';
            END
            """,
        ),
        ("plpgsql", "BEGIN comment := 'x'; set = 1; RETURN NEW.update; END"),
        ("internal", "range_constructor2"),
    ],
)
def test_a_stable_function_that_only_reads_is_allowed(language: str, body: str) -> None:
    facts = attrs.evolve(
        FACTS, routines=(*FACTS.routines, routine("shop.f", body=body, language=language))
    )
    assert reads("SELECT shop.f()", facts).allowed, reads("SELECT shop.f()", facts).reason


def test_a_function_with_its_own_search_path_passes_it_on() -> None:
    facts = SchemaFacts(
        routines=(
            routine("away.harm", "volatile"),
            routine("away.harm_less", body="SELECT harm()"),
            routine("shop.plain", body="SELECT harmless()"),
            routine("shop.harmless", body="SELECT 1"),
            routine("shop.calls", body="SELECT away.harm_less()", search_path=("away",)),
            routine("shop.harm", body="SELECT 1"),
        ),
        search_path=_PATH,
    )
    assert not reads("SELECT calls()", facts).allowed
    assert reads("SELECT plain(), away.harm_less()", facts).allowed


@pytest.mark.parametrize(
    ("extension", "name", "volatility", "is_allowed"),
    [
        ("vector", "l2_distance", "immutable", True),
        ("uuid-ossp", "uuid_generate_v4", "volatile", True),
        ("other", "uuid_generate_v4", "volatile", False),
        ("hypopg", "hypopg_create_index", "volatile", False),
        ("pgrouting", "pgr_dijkstra", "stable", False),
        ("xml2", "xpath_table", "stable", False),
        ("dblink", "dblink_get_notify", "stable", False),
        ("postgres_fdw", "postgres_fdw_handler", "volatile", True),
    ],
)
def test_functions_of_extensions_are_taken_at_their_word_but_for_exceptions(
    extension: str, name: str, volatility: str, *, is_allowed: bool
) -> None:
    facts = SchemaFacts(
        routines=(routine(f"shop.{name}", volatility, extension=extension, language="c"),),
        relations=(view("shop.v", calls=names(f"shop.{name}")),),
        search_path=_PATH,
    )
    assert is_allowed is reads("SELECT * FROM shop.v", facts).allowed


def test_a_relation_that_starts_a_program_cannot_be_allowed() -> None:
    facts = SchemaFacts(relations=(view("shop.files", external_program=True),), search_path=_PATH)
    assert "starts a program" in reads("TABLE files", facts, allow=["shop.*"]).reason


@pytest.mark.parametrize(
    "name", ["email", "shop.email", "Email[]", '"email"', 'U&"\\0065mail"', "'", "(", "em\0ail"]
)
def test_a_parameter_of_a_harmful_or_unreadable_type_is_refused(name: str) -> None:
    effects = SideEffects.of(FACTS, "postgres")
    for types in ([name], ["int", name]):
        decision = decide(
            "SELECT $1, $2", "postgres", Access.READ, effects=lambda: effects, parameter_types=types
        )
        assert not decision.allowed
        assert decision.position is None


def test_a_parameter_of_a_harmless_type_is_allowed() -> None:
    effects = SideEffects.of(FACTS, "postgres")
    types = ["numeric(10, 2)", "timestamp with time zone", "text[]", "public.email", "shop.mood"]
    assert decide(
        "SELECT $1", "postgres", Access.READ, effects=lambda: effects, parameter_types=types
    ).allowed


@pytest.mark.parametrize("name", [".mood", "..mood", ".shop.mood"])
def test_a_parameter_of_a_type_whose_name_starts_with_a_dot_is_refused(name: str) -> None:
    effects = SideEffects.of(FACTS, "tsql")
    decision = decide(
        "SELECT @p", "tsql", Access.READ, effects=lambda: effects, parameter_types=[name]
    )
    assert decision.reason == "The type of a parameter cannot be read."


def test_a_table_is_judged_by_its_exact_name() -> None:
    effects = SideEffects.of(FACTS, "postgres")
    for name, is_allowed in (("loud", False), ("plain", True)):
        decision = decide_table(QualifiedName(name, "shop"), frozenset(), lambda: effects)
        assert is_allowed is decision.allowed


def test_changes_run_triggers_where_they_are_passed_on() -> None:
    facts = SchemaFacts(
        routines=(routine("shop.log", "volatile"), routine("shop.net", body="SELECT 1")),
        relations=(
            view("shop.first", kind="table", cascades_to=names("shop.second")),
            view("shop.second", kind="table", cascades_to=names("shop.third", "shop.first")),
            view("shop.third", kind="table", triggers=True),
            view("shop.computed", kind="table", changing_calls=names("shop.net")),
            view("shop.noting", kind="table", changing_calls=names("shop.log")),
            view("shop.far", kind="foreign_table"),
        ),
        search_path=_PATH,
    )
    effects = SideEffects.of(facts, "postgres")
    for name in ("first", "second", "third", "noting", "far"):
        assert effects.changes_run_triggers(("shop", name))
        assert effects.changes_run_triggers((name,))
    for name in ("computed", "plain"):
        assert not effects.changes_run_triggers(("shop", name))


_NODES = st.integers(0, 11)


@given(edges=st.lists(st.tuples(_NODES, _NODES)), by_text=st.booleans(), named=_NODES)
def test_exactly_what_reaches_harm_is_refused(
    edges: list[tuple[int, int]], named: int, *, by_text: bool
) -> None:
    """Views are even, functions odd, 11 is volatile; whoever reaches it is refused, nobody else."""
    calls: dict[int, set[int]] = {node: set() for node in range(12)}
    for user, used in edges:
        calls[user].add(used)
    reached, waiting = {named}, [named]
    while waiting:
        for used in calls[waiting.pop()] - reached:
            reached.add(used)
            waiting.append(used)
    routines, relations = [], []
    for node, others in calls.items():
        functions = [f"shop.n{other}" for other in others if other % 2]
        views = [f"shop.n{other}" for other in others if not other % 2]
        if not node % 2:
            relations.append(view(f"shop.n{node}", calls=names(*functions), reads=names(*views)))
        elif by_text:
            lines = [f"SELECT {name}()" for name in functions] + [f"TABLE {v}" for v in views]
            routines.append(routine(f"shop.n{node}", body=";".join(lines)))
        else:
            routines.append(
                routine(f"shop.n{node}", body="", calls=names(*functions), reads=names(*views))
            )
    routines.append(routine("shop.n11", "volatile"))
    facts = SchemaFacts(routines=tuple(routines), relations=tuple(relations), search_path=_PATH)
    sql = f"SELECT n{named}()" if named % 2 else f"SELECT * FROM t, n{named} AS x"
    assert (11 not in reached) is reads(sql, facts).allowed


_LONG = "v" * 63
_CONVERTING = SchemaFacts(
    routines=(
        routine("shop.log", "volatile"),
        routine("shop.alike", language="plpgsql", body="DECLARE x people.code%TYPE; BEGIN END"),
    ),
    relations=(view(f"shop.{_LONG}", calls=names("shop.log")),),
    types=(
        TypeFacts(schema="shop", name="code", calls=names("shop.log")),
        TypeFacts(schema="shop", name="people", types=names("shop.code")),
    ),
    search_path=_PATH,
)


@pytest.mark.parametrize(
    "sql",
    [
        f"SELECT * FROM {_LONG}xyz",
        f'SELECT * FROM shop."{_LONG}xyz"',
        "SELECT pg_input_is_valid('x', 'code')",
        "SELECT jsonb_populate_record(p, '{}') FROM people p",
        "SELECT coalesce(p, '(x)') FROM people p",
        "SELECT coalesce(people.*, '(x)') FROM shop.people",
        "SELECT ARRAY(SELECT code FROM people) = '{x}'",
        "SELECT CAST('x' AS shop.code)",
        "SELECT 'x'::shop.code",
        "SELECT shop.code 'x'",
        "SELECT alike()",
    ],
)
def test_what_a_name_or_a_string_becomes_is_judged(sql: str) -> None:
    assert not reads(sql, _CONVERTING).allowed


@pytest.mark.parametrize(
    "sql",
    [
        f"SELECT * FROM {_LONG[:-1]}",
        "SELECT code FROM people WHERE code = 'x'",
        "SELECT p.code, p.* FROM shop.people AS p WHERE shop.people.code = 'x'",
        "SELECT coalesce(code, 'x') FROM shop.people ORDER BY id, id",
    ],
)
def test_reading_a_column_of_a_harmful_type_converts_nothing(sql: str) -> None:
    assert reads(sql, _CONVERTING).allowed


class TestTheGate:
    def test_it_asks_the_inspector_again_after_a_refusal_once_the_facts_are_old(self) -> None:
        loud = SchemaFacts(
            routines=(RoutineFacts(schema="main", name="noisy", volatility="volatile"),),
            relations=(view("main.v", calls=names("main.noisy")),),
            search_path=("main",),
        )
        connector = MemoryConnector(facts=loud)
        with sqlcore.connect("memory://", access="write", connector=connector) as writer:
            writer.query("CREATE VIEW v AS SELECT 1 AS n")
        with (
            sqlcore.connect("memory://", connector=connector) as database,
            pytest.raises(PolicyError, match=r"The view main\.v calls main\.noisy"),
        ):
            database.query("SELECT n FROM v")

    def test_it_lets_run_what_the_settings_allow(self) -> None:
        facts = SchemaFacts(
            routines=(RoutineFacts(schema="main", name="noisy", volatility="volatile"),),
            search_path=("main",),
        )
        with (
            sqlcore.connect(
                "memory://", connector=MemoryConnector(facts=facts), allow_functions=["noisy"]
            ) as database,
            pytest.raises(sqlcore.SqlCoreError, match="noisy") as caught,
        ):
            database.query("SELECT noisy()")
        assert not isinstance(caught.value, PolicyError)
