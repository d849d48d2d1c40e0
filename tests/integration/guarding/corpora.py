"""The attacks and reads of a dialect, those of the unit tests too, and what is known of them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tests.unit.guarding.corpus_reading import Entry, entries, entries_of

__all__ = ["FOLDER", "conditions", "entries_in", "note"]

FOLDER = Path(__file__).parent


@cache
def entries_in(dialect: str, kind: str) -> tuple[Entry, ...]:
    """Give the entries of a kind (`attacks`, `reads`): of the unit tests, then our own."""
    own = FOLDER / "corpus" / f"{dialect}_{kind}.sql"
    return (*entries(dialect, kind), *entries_of(dialect, own))


@cache
def conditions(dialect: str) -> Mapping[str, Mapping[str, Any]]:
    """Read what entries need to run, and why some cannot: tables by the entry's name."""
    return tomllib.loads((FOLDER / "conditions" / f"{dialect}.toml").read_text(encoding="utf-8"))


def note(dialect: str, table: str, what: str, default: Any = None) -> Any:
    """Look an entry up in one table of the conditions."""
    return conditions(dialect).get(table, {}).get(what, default)
