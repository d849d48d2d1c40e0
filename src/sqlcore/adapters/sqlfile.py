"""SQL files with named queries: `-- name: list_tables` begins one, the next name ends it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files

__all__ = ["filled", "load_queries"]

_WORD = re.compile(r"\{(\w+)\}")
_NAME = re.compile(r"^--\s*name:\s*(\w+)\s*$", re.MULTILINE)


def load_queries(package: str, file: str = "queries.sql") -> Mapping[str, str]:
    """Read the named queries of the file that lies in a package.

    Raises:
        ValueError: Two queries of the file have one name.
    """
    pieces = _NAME.split(files(package).joinpath(file).read_text(encoding="utf-8"))
    queries: dict[str, str] = {}
    for name, text in zip(pieces[1::2], pieces[2::2], strict=True):
        if name in queries:
            raise ValueError(f"{package}/{file} has two queries named {name}")
        queries[name] = text.strip()
    return queries


def filled(text: str, words: Mapping[str, str]) -> str:
    """Put words in place of `{name}`, all at once: what is put in is not looked at again."""
    return _WORD.sub(lambda found: words[found[1]], text)
