"""The committed table: which scenarios apply, and whether what was observed agrees with it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import attrs

__all__ = ["GENERATIONS", "Check", "ScenarioTable", "disagreements", "disagreements_with_fixtures"]

GENERATIONS = ("2026-07-28", "2025-11-25")
"""The revisions of the protocol that the suite has requirements for and the server speaks."""

_PATH = Path(__file__).with_name("applicable.toml")
_INFORMATION = "INFO"
_PASSED = "SUCCESS"


@attrs.frozen
class Check:
    """What the suite found at one point: `SUCCESS`, `FAILURE`, `WARNING`, `SKIPPED` or `INFO`."""

    id: str
    status: str
    message: str = ""


Observed = Mapping[str, Sequence[Check]]
"""The checks of each scenario that ran."""


@attrs.frozen(kw_only=True)
class ScenarioTable:
    """What is expected of each scenario.

    Attributes:
        version: Of the suite.
        applicable: By generation and scenario: how many checks pass, at least.
        not_applicable: By generation and scenario: why not.
        set_aside: By applicable scenario and check: why that check does not apply.
        passing_by_chance: By generation: scenarios that do not apply, and pass.
        with_fixtures: By scenario of 2026-07-28: how many checks pass, at least, where the server
            has the tools of `task_fixtures`.
    """

    version: str
    applicable: Mapping[str, Mapping[str, int]]
    not_applicable: Mapping[str, Mapping[str, str]]
    set_aside: Mapping[str, Mapping[str, str]]
    passing_by_chance: Mapping[str, frozenset[str]]
    with_fixtures: Mapping[str, int]

    @classmethod
    def load(cls, path: Path = _PATH) -> Self:
        """Read the committed table."""
        raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        reasons, by_chance = raw["not_applicable"], raw["passing_by_chance"]
        return cls(
            version=raw["version"],
            applicable=raw["applicable"],
            not_applicable={
                generation: reasons["both"] | reasons.get(generation, {})
                for generation in GENERATIONS
            },
            set_aside=raw["set_aside"],
            passing_by_chance={
                generation: frozenset(by_chance["both"] + by_chance.get(generation, []))
                for generation in GENERATIONS
            },
            with_fixtures=raw["with_fixtures"],
        )

    def fixtures_to_markdown(self) -> str:
        """Write what passes with fixtures as the documentation shows it."""
        rows = (f"| `{name}` | **passes** ({n}) |\n" for name, n in self.with_fixtures.items())
        return f"| scenario | {GENERATIONS[0]} |\n|---|---|\n{''.join(rows)}"

    def to_markdown(self) -> str:
        """Write the table as the documentation shows it."""
        scenarios = dict.fromkeys(
            scenario
            for part in (self.applicable, self.not_applicable)
            for generation in GENERATIONS
            for scenario in part[generation]
        )
        lines = [
            f"| scenario | {' | '.join(GENERATIONS)} | applies? |",
            "|---|---|---|---|",
            *(self._row(scenario) for scenario in scenarios),
        ]
        return "\n".join(lines) + "\n"

    def _row(self, scenario: str) -> str:
        results = (self._result(generation, scenario) for generation in GENERATIONS)
        return f"| `{scenario}` | {' | '.join(results)} | {self._reason(scenario)} |"

    def _result(self, generation: str, scenario: str) -> str:
        if scenario in self.applicable[generation]:
            return f"**passes** ({self.applicable[generation][scenario]})"
        if scenario in self.passing_by_chance[generation]:
            return "passes by chance"
        return "not met" if scenario in self.not_applicable[generation] else ""

    def _reason(self, scenario: str) -> str:
        for generation in GENERATIONS:
            if scenario in self.not_applicable[generation]:
                return f"no: it {self.not_applicable[generation][scenario]}"
        set_aside = self.set_aside.get(scenario, {})
        parts = [f"`{check}` {reason}" for check, reason in set_aside.items()]
        return f"yes, but for: {'; '.join(parts)}" if parts else "yes"


def disagreements(table: ScenarioTable, generation: str, observed: Observed) -> list[str]:
    """Say where the table is wrong about what the suite observed; empty when it is right."""
    applicable, others = table.applicable[generation], table.not_applicable[generation]
    problems = [
        f"{scenario}: did not run"
        for scenario in [*applicable, *others]
        if scenario not in observed
    ]
    for scenario, checks in observed.items():
        if scenario in applicable:
            set_aside = table.set_aside.get(scenario, {})
            problems += [
                f"{scenario}: {problem}"
                for problem in _of_applicable(checks, applicable[scenario], set_aside)
            ]
        elif scenario not in others:
            problems.append(f"{scenario}: is not in the table")
        elif _passes(checks) != (scenario in table.passing_by_chance[generation]):
            now = "passes" if _passes(checks) else "no longer passes"
            problems.append(f"{scenario}: does not apply, and {now}; correct the table")
    return problems


def disagreements_with_fixtures(table: ScenarioTable, observed: Observed) -> list[str]:
    """Say where the table is wrong about the server with fixtures; empty when it is right."""
    return [
        f"{scenario}: {problem}"
        for scenario, at_least in table.with_fixtures.items()
        for problem in _of_applicable(observed.get(scenario, ()), at_least, {})
    ]


def _of_applicable(
    checks: Sequence[Check], at_least: int, set_aside: Mapping[str, str]
) -> list[str]:
    problems = [
        f"{check.id} is {check.status}: {check.message}"
        for check in checks
        if check.status not in (_PASSED, _INFORMATION) and check.id not in set_aside
    ]
    passed = [check.id for check in checks if check.status == _PASSED]
    problems += [
        f"{check} is set aside, and passes; correct the table"
        for check in passed
        if check in set_aside
    ]
    if len(passed) < at_least:
        problems.append(f"{len(passed)} checks pass, not {at_least}")
    return problems


def _passes(checks: Sequence[Check]) -> bool:
    statuses = {check.status for check in checks} - {_INFORMATION}
    return statuses == {_PASSED}
