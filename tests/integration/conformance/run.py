"""Run the public conformance suite against the real server, and compare with the table.

    SQLCORE_TEST_NODE_MODULES=… python -m tests.integration.conformance.run
    python -m tests.integration.conformance.run --markdown

Exit codes: 0 the table is right, 1 it is not, 2 the packages are not installed.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from pathlib import Path

from tests.integration.conformance.packages import NOT_INSTALLED, NodePackages
from tests.integration.conformance.serving import serving_http
from tests.integration.conformance.table import (
    GENERATIONS,
    Check,
    ScenarioTable,
    disagreements,
)

__all__ = ["ANSWERS", "SUITE", "main", "run_suite"]

SUITE = "conformance"
"""The package of the suite."""

ANSWERS = ("json", "sse")
"""How the server answers over HTTP; every scenario that applies passes with both."""

_RESULT = re.compile(r"server-(?P<scenario>.+)-\d{4}-\d{2}-\d{2}T[\d-]+Z")


def run_suite(
    packages: NodePackages, generation: str, address: str, folder: Path
) -> dict[str, list[Check]]:
    """Run the scenarios that a generation of the protocol requires; return their checks.

    Results are read from the files that the suite writes, so warnings of Node change nothing.
    """
    done = packages.run(
        SUITE,
        "conformance",
        *("server", "--url", address, "--requirements", generation, "-o", str(folder)),
    )
    observed = {}
    for path in sorted(folder.glob("*/checks.json")):
        named = _RESULT.fullmatch(path.parent.name)
        if named is not None:
            observed[named["scenario"]] = [
                Check(check["id"], check["status"], check.get("errorMessage") or "")
                for check in json.loads(path.read_text(encoding="utf-8"))
            ]
    if not observed:
        raise RuntimeError(f"The suite wrote no results:\n{done.stdout}{done.stderr}")
    return observed


def main(arguments: list[str]) -> int:
    """Run everything and print what was found."""
    table = ScenarioTable.load()
    if arguments == ["--markdown"]:
        sys.stdout.write(f"{table.to_markdown()}\n{table.fixtures_to_markdown()}")
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        packages = NodePackages.from_environment(os.environ, folder)
        if packages is None:
            sys.stderr.write(f"{NOT_INSTALLED}\n")
            return 2
        if packages.version(SUITE) != table.version:
            sys.stderr.write(f"The table is about version {table.version} of the suite.\n")
            return 2
        problems = [
            problem for answers in ANSWERS for problem in _run(packages, table, answers, folder)
        ]
    return 1 if problems else 0


def _run(packages: NodePackages, table: ScenarioTable, answers: str, folder: Path) -> list[str]:
    problems = []
    log = folder / f"{answers}.log"
    with serving_http("memory://conformance", log, "--http-answers", answers) as address:
        for generation in GENERATIONS:
            observed = run_suite(packages, generation, address, folder / answers / generation)
            found = disagreements(table, generation, observed)
            of_them = len(table.applicable[generation])
            sys.stdout.write(
                f"{generation}, {answers} answers: {len(observed)} scenarios ran, "
                f"{of_them} apply, {len(found)} disagreements with the table\n"
            )
            sys.stdout.writelines(f"  {problem}\n" for problem in found)
            problems += found
    return problems


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
