"""Show recordings to people: `python -m tests.integration.tds show FILE…`."""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.integration.tds import fileformat
from tests.integration.tds.recording import Recording


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.integration.tds", description=__doc__)
    commands = parser.add_subparsers(required=True)
    show = commands.add_parser("show", help="print recordings without their bytes")
    show.add_argument("files", nargs="+", type=Path)
    show.add_argument("--rows", type=int, default=20, help="rows of each result (default 20)")
    options = parser.parse_args(arguments)
    for path in options.files:
        try:
            recording = fileformat.load(path)
        except (OSError, fileformat.FormatError) as exc:
            sys.stderr.write(f"{exc}\n")
            return 1
        for line in shown(recording, max_rows=options.rows):
            sys.stdout.write(f"{line}\n")
    return 0


def shown(recording: Recording, *, max_rows: int) -> Iterator[str]:
    """Yield the lines of a recording for people."""
    yield f"{recording.test} on {recording.server or 'an unknown server'}"
    for exchange in recording.exchanges:
        section = f" [{exchange.section}]" if exchange.section else ""
        yield ""
        yield f"connection {exchange.connection}: {exchange.kind}{section}"
        yield from (f"  > {line}" for line in exchange.text.split("\n"))
        row_runs = itertools.groupby(
            fileformat.comments(exchange), key=lambda line: line.startswith("ROW")
        )
        for are_rows, run in row_runs:
            lines = tuple(run)
            yield from (f"  < {line}" for line in (lines[:max_rows] if are_rows else lines))
            if are_rows and len(lines) > max_rows:
                yield f"  < … {len(lines) - max_rows} more rows"


if __name__ == "__main__":
    sys.exit(main())
