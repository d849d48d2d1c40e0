"""Measure everything in one run: `python -m benchmarks [--quick] [--url URL] [--json FILE]`.

Without a URL the embedded PostgreSQL is started in a temporary folder. `python -m benchmarks guard`
measures the guard alone, which needs no server, and prints what it accepts and refuses;
`python -m benchmarks sessions` measures background sessions, `python -m benchmarks procedures`
calls of procedures, `python -m benchmarks metadata` exploring large schemas, and
`python -m benchmarks capabilities` finding out what a server is.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.capabilities import run_capabilities
from benchmarks.guard import run_guard
from benchmarks.main_job import run_all
from benchmarks.measuring import Figure, print_report, write_json
from benchmarks.metadata import run_metadata
from benchmarks.procedures import run_procedures
from benchmarks.sessions import run_sessions
from sqlcore_mcp.demo.cluster import load_pgserver

PARTS = ("all", "guard", "sessions", "procedures", "metadata", "capabilities")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("part", nargs="?", choices=PARTS, default="all")
    parser.add_argument("--url", help="a PostgreSQL whose login may create databases")
    parser.add_argument("--quick", action="store_true", help="few repetitions")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    arguments = parser.parse_args()

    def measure(url: str) -> list[Figure]:
        if arguments.part == "sessions":
            return run_sessions(url, quick=arguments.quick)
        if arguments.part == "procedures":
            return run_procedures(url, quick=arguments.quick)
        if arguments.part == "metadata":
            return run_metadata(url, quick=arguments.quick)
        if arguments.part == "capabilities":
            return run_capabilities(url, quick=arguments.quick)
        return run_all(url, 40 if arguments.quick else 400)

    if arguments.part == "guard":
        figures = run_guard(1 if arguments.quick else 5)
    elif arguments.url:
        figures = measure(arguments.url)
    else:
        with (
            tempfile.TemporaryDirectory(prefix="sqlcore-bench-") as folder,
            load_pgserver().get_server(Path(folder) / "data", cleanup_mode="delete") as server,
        ):
            figures = measure(server.get_uri())
    print_report(figures)
    if arguments.json:
        write_json(figures, arguments.json)


if __name__ == "__main__":
    main()
