"""Public clients and checks against the real server, in a process of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest
from tests.integration.conformance.packages import NOT_INSTALLED, NodePackages
from tests.integration.conformance.run import ANSWERS, SUITE, run_suite
from tests.integration.conformance.serving import command, serving_http
from tests.integration.conformance.table import (
    GENERATIONS,
    Check,
    ScenarioTable,
    disagreements,
    disagreements_with_fixtures,
)

FIXTURES = "tests.integration.conformance.task_fixtures"
INSPECTOR = "inspector"
ERAS = ("modern", "legacy")
TRANSPORTS = ("stdio", "http")
GENERATION = GENERATIONS[0]
DOCUMENT = Path(__file__).parents[3] / "docs" / "conformance.md"


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> NodePackages:
    found = NodePackages.from_environment(os.environ, tmp_path_factory.mktemp("home"))
    if found is None:
        pytest.skip(NOT_INSTALLED)
    return found


@pytest.fixture(scope="module")
def empty_database(packages: NodePackages, request: pytest.FixtureRequest) -> Iterator[str]:
    """Serve a database without tables; give the address. Not before there is who asks for it."""
    log = packages.home / f"{request.param}.log"
    with serving_http("memory://conformance", log, "--http-answers", request.param) as address:
        yield address


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("empty_database", ANSWERS, indirect=True)
def test_the_scenarios_that_apply_pass_and_no_others(
    packages: NodePackages, empty_database: str, generation: str, tmp_path: Path
) -> None:
    observed = run_suite(packages, generation, empty_database, tmp_path / "results")

    assert disagreements(ScenarioTable.load(), generation, observed) == []


@pytest.mark.parametrize("answers", ANSWERS)
def test_the_scenarios_of_tasks_pass_with_the_tools_that_they_call(
    packages: NodePackages, answers: str, tmp_path: Path
) -> None:
    with serving_http(
        "memory://conformance",
        tmp_path / "server.log",
        *("--http-answers", answers),
        module=FIXTURES,
        task_after_seconds="0.2",
    ) as address:
        observed = run_suite(packages, GENERATION, address, tmp_path / "results")

    assert disagreements_with_fixtures(ScenarioTable.load(), observed) == []


def test_the_table_is_about_the_version_of_the_suite_that_is_installed(
    packages: NodePackages,
) -> None:
    assert ScenarioTable.load().version == packages.version(SUITE)


def test_the_documentation_shows_the_table() -> None:
    table = ScenarioTable.load()
    text = DOCUMENT.read_text(encoding="utf-8")

    assert table.to_markdown() in text
    assert table.fixtures_to_markdown() in text
    assert f"@modelcontextprotocol/conformance@{table.version}" in text


# The inspector


@attrs.frozen
class Inspector:
    """The command line of the inspector, with a server to talk to."""

    packages: NodePackages
    options: tuple[str, ...]
    server: tuple[str, ...]

    def ask(self, *arguments: str) -> dict[str, Any]:
        """Ask the server; fail with what the inspector says."""
        done = self.packages.run(
            INSPECTOR, "mcp-inspector", "--cli", *self.server, *self.options, *arguments
        )
        assert done.returncode == 0, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)["result"]
        return answer

    def call(self, tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Call a tool."""
        return self.ask(
            *("--method", "tools/call", "--tool-name", tool),
            *("--tool-args-json", json.dumps(arguments)),
        )


@pytest.fixture(scope="module", params=TRANSPORTS)
def server(
    packages: NodePackages, sample_url: str, request: pytest.FixtureRequest
) -> Iterator[tuple[str, ...]]:
    """Say how to reach a server of the sample shop. Not before there is who asks for it."""
    if request.param == "stdio":
        yield tuple(command(sample_url))
    else:
        with serving_http(sample_url, packages.home / "sample.log") as address:
            yield (address,)


@pytest.fixture(params=ERAS)
def inspector(
    request: pytest.FixtureRequest, packages: NodePackages, server: tuple[str, ...]
) -> Inspector:
    options = ("--protocol-era", request.param, "--format", "json", "--quiet")
    return Inspector(packages, options, server)


def test_the_inspector_lists_the_tools_and_finds_no_error_in_their_schemas(
    inspector: Inspector,
) -> None:
    listed = inspector.ask("--method", "tools/list", "--strict")

    names = [tool["name"] for tool in listed["tools"]]
    assert {"list_tables", "describe_table", "execute_query"} <= set(names)


def test_the_inspector_calls_tools(inspector: Inspector) -> None:
    tables = inspector.call("list_tables", {"schema": "shop"})
    counted = inspector.call(
        "execute_query",
        {
            "query": "SELECT count(*) AS n FROM shop.orders WHERE order_id <= :last",
            "parameters": {"last": 10},
        },
    )

    assert not tables.get("isError", False)
    assert "orders" in tables["content"][0]["text"]
    assert [[10]] == counted["structuredContent"]["rows"]


@pytest.mark.parametrize("server", ["http"], indirect=True)
@pytest.mark.parametrize("inspector", ["modern"], indirect=True)
def test_the_inspector_is_told_of_a_statement_that_may_not_run(inspector: Inspector) -> None:
    done = inspector.packages.run(
        INSPECTOR,
        "mcp-inspector",
        *("--cli", *inspector.server, *inspector.options, "--method", "tools/call"),
        *("--tool-name", "execute_query"),
        *("--tool-args-json", json.dumps({"query": "DELETE FROM shop.orders"})),
    )

    assert done.returncode != 0
    assert "--access write" in done.stdout + done.stderr


def test_the_inspector_waits_for_the_answer_of_a_task(
    packages: NodePackages, tmp_path: Path
) -> None:
    with serving_http(
        "memory://tasks",
        tmp_path / "server.log",
        "--enable-start-query",
        allow_functions="sleep",
        task_after_seconds="0.2",
    ) as address:
        options = ("--protocol-era", "modern", "--format", "json", "--quiet")
        inspector = Inspector(packages, options, (address,))
        answer = inspector.call("execute_query", {"query": "SELECT sleep(1) AS slept"})
        sessions = inspector.call("list_sessions", {})

    assert answer["structuredContent"]["rows"] == [[1]]
    (row,) = sessions["structuredContent"]["rows"]
    assert row[1:3] == ["call", "completed"]


# What the table is compared by


TABLE = ScenarioTable(
    version="0",
    applicable={GENERATION: {"needed": 1}},
    not_applicable={GENERATION: {"fixture": "calls a fixture"}},
    set_aside={"needed": {"aside": "needs a fixture"}},
    passing_by_chance={GENERATION: frozenset()},
    with_fixtures={"fixture": 3},
)


def judged(**checks: list[Check]) -> list[str]:
    observed = {
        "needed": [Check("one", "SUCCESS"), Check("aside", "FAILURE"), Check("log", "INFO")],
        "fixture": [Check("three", "FAILURE"), Check("log", "INFO")],
    }
    return disagreements(TABLE, GENERATION, observed | checks)


def test_a_table_that_is_right_has_no_disagreements() -> None:
    assert judged() == []


@pytest.mark.parametrize(
    ("scenario", "checks", "expected"),
    [
        (
            "needed",
            [Check("one", "SUCCESS"), Check("two", "FAILURE", "no")],
            "needed: two is FAILURE: no",
        ),
        (
            "needed",
            [Check("one", "SUCCESS"), Check("two", "SKIPPED", "no")],
            "needed: two is SKIPPED: no",
        ),
        ("needed", [Check("log", "INFO")], "needed: 0 checks pass, not 1"),
        (
            "needed",
            [Check("aside", "SUCCESS")],
            "needed: aside is set aside, and passes; correct the table",
        ),
        (
            "fixture",
            [Check("three", "SUCCESS")],
            "fixture: does not apply, and passes; correct the table",
        ),
        ("new", [Check("four", "SUCCESS")], "new: is not in the table"),
    ],
)
def test_a_disagreement_with_the_table_is_reported(
    scenario: str, checks: list[Check], expected: str
) -> None:
    assert [expected] == judged(**{scenario: checks})


def test_a_scenario_that_did_not_run_is_reported() -> None:
    table = ScenarioTable.load()

    assert len(disagreements(table, GENERATION, {})) == len(table.applicable[GENERATION]) + len(
        table.not_applicable[GENERATION]
    )


def test_a_scenario_that_fails_with_fixtures_is_reported() -> None:
    passing = Check("one", "SUCCESS")
    assert disagreements_with_fixtures(TABLE, {"fixture": [passing] * 3}) == []
    for observed, found in (({"fixture": [passing] * 2}, 2), ({}, 0)):
        assert disagreements_with_fixtures(TABLE, observed) == [
            f"fixture: {found} checks pass, not 3"
        ]
