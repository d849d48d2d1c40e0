"""Reads the files of attacks and reads: `--# what it does`, then the statement."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

_FOLDER = Path(__file__).parent / "corpus"


class Entry(NamedTuple):
    dialect: str
    what: str
    sql: str


def entries(dialect: str, kind: str) -> list[Entry]:
    return entries_of(dialect, _FOLDER / f"{dialect}_{kind}.sql")


def entries_of(dialect: str, path: Path) -> list[Entry]:
    text = path.read_bytes().decode()  # with its carriage returns
    return [
        Entry(dialect, what, sql.strip("\n"))
        for what, _, sql in (block.partition("\n") for block in text.split("--# ")[1:])
    ]


def _all(kind: str) -> list[Entry]:
    """Give the entries that run on live servers too, then those about syntax alone."""
    kinds = (kind, f"syntax_{kind}")
    return [
        entry
        for dialect in ("postgres", "tsql")
        for kind in kinds
        for entry in entries(dialect, kind)
    ]


ATTACKS = _all("attacks")
READS = _all("reads")


def name_of(entry: Entry) -> str:
    return f"{entry.dialect}: {entry.what}"
