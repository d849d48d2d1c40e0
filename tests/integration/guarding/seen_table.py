"""What was seen when each attack ran unguarded: a committed table for each dialect."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

from tests.integration.guarding.corpora import FOLDER

__all__ = ["IS_WRITING", "read", "write"]

IS_WRITING = os.environ.get("SQLCORE_TEST_WRITE_SEEN") == "1"
"""Whether the table is written anew from what is seen, instead of being compared with it."""


def _path(name: str) -> Path:
    return FOLDER / "seen" / f"{name}.toml"


def read(name: str) -> Mapping[str, str]:
    """Read a table: what was seen, by the name of the entry."""
    return dict(tomllib.loads(_path(name).read_text(encoding="utf-8"))["seen"])


def write(name: str, seen: Mapping[str, str], remark: str) -> None:
    """Write a table, in the order given."""
    lines = [f"# {remark}", "", "[seen]"]
    lines += [
        f"{json.dumps(what, ensure_ascii=False)} = {json.dumps(harm, ensure_ascii=False)}"
        for what, harm in seen.items()
    ]
    _path(name).write_text("\n".join(lines) + "\n", encoding="utf-8")
