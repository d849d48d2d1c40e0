"""What was seen when each attack ran unguarded: a committed table for each dialect."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.integration.guarding.corpora import FOLDER
from tests.integration.tds.session import RECORD_VARIABLE
from tests.unit.guarding.corpus_reading import Entry

__all__ = ["IS_RECORDING", "IS_WRITING", "add", "read", "write"]

IS_RECORDING = os.environ.get(RECORD_VARIABLE) == "1"
"""Whether the tables of the T-SQL server are written anew: no such server is there in CI."""
IS_WRITING = os.environ.get("SQLCORE_TEST_WRITE_SEEN") == "1"
"""Whether the table is written anew from what is seen, instead of being compared with it."""


def _path(name: str) -> Path:
    return FOLDER / "seen" / f"{name}.toml"


def read(name: str) -> Mapping[str, str]:
    """Read a table: what was seen, by the name of the entry."""
    return dict(tomllib.loads(_path(name).read_text(encoding="utf-8"))["seen"])


def add(name: str, seen: Mapping[str, str], entries: Iterable[Entry], remark: str) -> None:
    """Write what was seen of some entries into a table, and drop what is no entry any more."""
    known = {**(read(name) if _path(name).exists() else {}), **seen}
    rows = {entry.what: known[entry.what] for entry in entries if entry.what in known}
    write(name, rows, remark)


def write(name: str, seen: Mapping[str, str], remark: str) -> None:
    """Write a table, in the order given."""
    lines = [f"# {remark}", "", "[seen]"]
    lines += [
        f"{json.dumps(what, ensure_ascii=False)} = {json.dumps(harm, ensure_ascii=False)}"
        for what, harm in seen.items()
    ]
    _path(name).write_text("\n".join(lines) + "\n", encoding="utf-8")
