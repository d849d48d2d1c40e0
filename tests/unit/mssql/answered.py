"""Catalog queries with answers that a test gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlcore.adapters.mssql.pool import SessionPool
from sqlcore.adapters.mssql.reading import CatalogQueries, Refusal, Rows

__all__ = ["AnsweredQueries"]


class AnsweredQueries(CatalogQueries):
    """Gives the rows of a test for each query, and its refusals; no rows for all else."""

    def __init__(
        self, answers: Mapping[str, Rows], refused: Mapping[str, Refusal] | None = None
    ) -> None:
        super().__init__(SessionPool.__new__(SessionPool))
        self._answers = answers
        self._refusals = refused or {}
        self._is_babelfish = False

    def run(
        self, names: Sequence[str], *_: Any, **__: Any
    ) -> tuple[dict[str, Rows], dict[str, Refusal]]:
        """Answer."""
        refused = {name: self._refusals[name] for name in names if name in self._refusals}
        return {name: self._answers.get(name, []) for name in names}, refused
