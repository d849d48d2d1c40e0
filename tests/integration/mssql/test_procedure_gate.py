"""Calls through the gate and the tools, on T-SQL: read means read, and all stays in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.integration.mssql.gate_samples import OTHER, READING, REFUSED, apply_gating
from tests.integration.tds.session import TdsSession

import sqlcore
from sqlcore.adapters.mssql.procedures import MssqlProcedureCaller
from sqlcore.errors import InvalidArgumentError, NotFoundError, PolicyError
from sqlcore_mcp import Toolbox

_RULES = ("gating.*", f"{OTHER}.dbo.*", "sys.sp_tables")
_READ_RESULTS: dict[str, list[list[tuple[Any, ...]]]] = {
    "reads": [[(2, 1), (2, 2), (2, 3)]],
    "fills": [[(60,)]],
    "runs_another": [[(2, 1), (2, 2), (2, 3)], [(3, 1), (3, 2), (3, 3)]],
    "runs_constant": [[(2,)]],
}
_HOSTILE = (
    "'; DELETE FROM gating.canary; --",
    "]; DELETE FROM gating.canary; --",
    '"); COMMIT; DELETE FROM gating.canary; --',
    "N'a'); EXEC gating.deletes; /*",
    "1\nGO\nDELETE FROM gating.canary",
    "gating.reads; EXEC gating.deletes",
    "gating.reads;2",
    "%s {0} @p1 $1",
    "ü 🐘 \u2019\uff07\u202e",
)


@pytest.fixture(scope="module", autouse=True)
def _made() -> None:
    apply_gating()


@pytest.fixture
def opened(tds: TdsSession) -> Iterator[Callable[..., sqlcore.Database]]:
    databases: list[sqlcore.Database] = []

    def open_with(access: str = "read", rules: tuple[str, ...] = _RULES) -> sqlcore.Database:
        databases.append(
            sqlcore.connect(tds.url, access=access, allow_procedures=rules, privilege_check="off")
        )
        return databases[-1]

    yield open_with
    for database in databases:
        database.close()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the routines that were called on the server."""
    names: list[str] = []
    call = MssqlProcedureCaller.call

    def noted(self: MssqlProcedureCaller, wanted: Any, options: Any) -> Any:
        names.append(str(wanted.routine.name))
        return call(self, wanted, options)

    monkeypatch.setattr(MssqlProcedureCaller, "call", noted)
    return names


@pytest.fixture
def toolbox(tds: TdsSession) -> Iterator[Toolbox]:
    with Toolbox.open(
        tds.url,
        environ={},
        access="read",
        allow_procedures=["gating.*"],
        toolsets="all",
        enable="all",
        privilege_check="off",
    ) as tools:
        yield tools


def _canary(database: sqlcore.Database) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in database.query("SELECT n FROM gating.canary ORDER BY n")]


# -- what a text shows


@pytest.mark.parametrize("name", READING)
def test_a_procedure_whose_text_only_reads_is_called_at_read(
    opened: Callable[..., sqlcore.Database], name: str
) -> None:
    result = opened().call(f"gating.{name}", {"a": 2})
    assert _READ_RESULTS[name] == [[tuple(row) for row in rows] for rows in result.result_sets]
    assert 0 == result.return_code
    assert () == tuple(result.notes)


@pytest.mark.parametrize("name", REFUSED)
def test_a_procedure_that_may_do_more_is_refused_before_it_is_sent(
    opened: Callable[..., sqlcore.Database], sent: list[str], name: str
) -> None:
    database = opened()
    with pytest.raises(PolicyError) as caught:
        database.call(f"gating.{name}", {"a": 2})
    assert (
        f"gating.{name} may not be called at the access level read: it {REFUSED[name][1]}."
    ) == caught.value.message
    assert "--access write" in (caught.value.hint or "")
    assert [] == sent
    assert [(1,), (2,), (3,)] == _canary(database)


def test_a_function_that_only_reads_is_called_at_read(
    opened: Callable[..., sqlcore.Database],
) -> None:
    assert 6 == opened().call("gating.doubled", {"a": 3}).returned


def test_what_is_refused_at_read_is_called_at_write(
    opened: Callable[..., sqlcore.Database],
) -> None:
    database = opened("write")
    assert [(1,)] == [tuple(row) for row in database.call("gating.balances").result_sets[0]]
    result = database.call("gating.runs_text")
    assert 1 == len(result.result_sets)


def test_a_text_that_cannot_be_seen_is_refused(
    opened: Callable[..., sqlcore.Database], sent: list[str]
) -> None:
    with pytest.raises(PolicyError, match="encrypted") as caught:
        opened().call("sys.sp_tables", {"table_name": "canary"})
    assert "VIEW DEFINITION" in (caught.value.hint or "")
    assert [] == sent


def test_what_no_rule_names_is_refused_without_a_look_at_it(
    opened: Callable[..., sqlcore.Database], sent: list[str]
) -> None:
    with pytest.raises(PolicyError, match="allow_procedures does not name it"):
        opened(rules=("gating.fills",)).call("gating.reads")
    assert [] == sent


# -- names


def test_a_procedure_of_another_database_is_called_there(
    opened: Callable[..., sqlcore.Database],
) -> None:
    result = opened().call(f"[{OTHER}].dbo.far", [5])
    assert [(5, OTHER)] == [tuple(row) for row in result.result_sets[0]]


@pytest.mark.parametrize("name", ["far_commits", "far_runs"])
def test_a_procedure_of_another_database_is_looked_into_there(
    opened: Callable[..., sqlcore.Database], sent: list[str], name: str
) -> None:
    with pytest.raises(PolicyError, match=r"begins or ends a transaction \(COMMIT\)"):
        opened().call(f"{OTHER}.dbo.{name}")
    assert [] == sent


def test_a_rule_of_one_database_names_nothing_in_another(
    opened: Callable[..., sqlcore.Database], sent: list[str]
) -> None:
    with pytest.raises(PolicyError, match="does not name it"):
        opened(rules=("dbo.*", "gating.*")).call(f"{OTHER}.dbo.far", [5])
    assert [] == sent


def test_a_procedure_of_the_server_is_called_by_its_schema(
    opened: Callable[..., sqlcore.Database],
) -> None:
    database = opened("write")
    result = database.call("sys.sp_tables", {"table_name": "canary", "table_owner": "gating"})
    assert ["gating"] == [row[1] for row in result.result_sets[0]]
    with pytest.raises(NotFoundError):
        database.call("sp_tables")


# -- through the tools


def _called(tools: Toolbox, name: str, parameters: Any) -> Any:
    return tools.call(
        "execute_stored_procedure", {"procedure_name": name, "parameters": parameters}
    )


def test_a_hostile_value_comes_back_as_it_went(toolbox: Toolbox) -> None:
    for value in _HOSTILE:
        outcome = _called(toolbox, "gating.echoes", {"@value": value})
        assert not outcome.is_error, outcome.text
        assert [value] == [output["value"] for output in outcome.structured["outputs"]]
        assert [[value]] == outcome.structured["rows"]
        assert 4 == outcome.structured["return_code"]
    words = [{"n": n, "word": value} for n, value in enumerate(_HOSTILE)]
    rows = _called(toolbox, "gating.takes", {"rows": words})
    assert not rows.is_error, rows.text
    assert [[n, word] for n, word in enumerate(_HOSTILE)] == rows.structured["rows"]


def test_a_hostile_name_calls_nothing(toolbox: Toolbox, sent: list[str]) -> None:
    for name in (_HOSTILE[0], _HOSTILE[1], "gating.reads; EXEC gating.deletes", "gating.reads;2"):
        for asked in (
            {"procedure_name": name},
            {"procedure_name": name, "schema": "gating"},
            {"procedure_name": "reads", "schema": name},
            {"procedure_name": "gating.echoes", "parameters": {name: "x", "value": "y"}},
            {"procedure_name": "gating.takes", "parameters": {"rows": [{"n": 1, name: "x"}]}},
        ):
            assert toolbox.call("execute_stored_procedure", asked).is_error
    assert [] == sent


def test_a_tool_says_why_a_procedure_is_refused(toolbox: Toolbox, sent: list[str]) -> None:
    outcome = _called(toolbox, "gating.runs_commits", {})
    assert outcome.is_error
    assert "which runs gating.commits, which begins or ends a transaction" in outcome.text
    started = toolbox.call("start_stored_procedure", {"procedure_name": "gating.commits"})
    assert started.is_error
    assert "begins or ends a transaction" in started.text
    assert [] == sent


def test_a_call_that_comes_as_a_statement_is_shown_the_tool(toolbox: Toolbox) -> None:
    outcome = toolbox.call("execute_query", {"query": "EXEC gating.reads 1"})
    assert outcome.is_error
    assert "execute_stored_procedure" in outcome.text


def test_wrong_arguments_are_told_before_anything_is_sent(
    opened: Callable[..., sqlcore.Database], sent: list[str]
) -> None:
    with pytest.raises(InvalidArgumentError, match="100 fit"):
        opened().call("gating.echoes", {"value": "x" * 101})
    assert [] == sent
