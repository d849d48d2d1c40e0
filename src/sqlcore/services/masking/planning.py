"""Which columns of a result are masked: those into which a masked column may flow."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

import attrs

from sqlcore.domain.facts import SchemaFacts
from sqlcore.domain.query import Column, Message, Statement
from sqlcore.errors import SqlCoreError
from sqlcore.ports import Connection
from sqlcore.services.masking.applying import Mask
from sqlcore.services.masking.following import Following
from sqlcore.services.masking.relations import Item, positions_of
from sqlcore.services.masking.rules import MaskRules
from sqlcore.services.masking.schema import Schema
from sqlcore.services.masking.withholding import (
    names_in,
    withhold_values,
    without_values,
)

__all__ = ["MaskPlanner"]

_FRESH_S = 30.0
"""How long what the catalog said is believed: a view that is changed elsewhere shows by then."""
_MOST_PLANS = 512
_MOST_PLANNED_CHARS = 10_000


@attrs.frozen
class _LineageMask:
    """A mask made of the lineage of one statement."""

    items: tuple[Item, ...]
    text: str = attrs.field(repr=False)

    def positions(self, columns: tuple[Column, ...], result_set: int) -> frozenset[int]:
        """Give the places of the masked columns; only the first result set was followed."""
        if result_set:
            return frozenset(range(len(columns)))
        return positions_of(self.items, len(columns))

    def message(self, message: Message) -> Message:
        """Give what the server said without words that may come from a row."""
        return without_values(message, names_in(self.text))

    def redact(self, error: SqlCoreError) -> None:
        """Take the words out of an error that may come from a row."""
        withhold_values(error, names_in(self.text))


@attrs.frozen
class _Planned:
    mask: Mask | None
    planned_at: float


class MaskPlanner:
    """Plans how results of one database are masked. For use by many threads."""

    def __init__(
        self, connection: Connection, rules: MaskRules, facts: Callable[[], SchemaFacts]
    ) -> None:
        self._dialect = connection.dialect.name
        self._schema = Schema(connection.catalog, self._dialect, rules, _FRESH_S)
        self._facts = facts
        self._plans: OrderedDict[str, _Planned] = OrderedDict()
        self._lock = threading.Lock()

    def plan(self, statement: Statement) -> Mask | None:
        """Plan how the outcome of a statement is masked; None where nothing masked is near it.

        Fails closed: a column is shown only where it is known to come from no masked column.

        Raises:
            SqlCoreError: The catalog cannot be read.
        """
        text = statement.text
        now = time.monotonic()
        with self._lock:
            planned = self._plans.get(text)
            if planned is not None and now - planned.planned_at < _FRESH_S:
                self._plans.move_to_end(text)
                return planned.mask
        relation = Following(self._dialect, self._schema, self._facts()).statement(text)
        clean = not relation.masked and not relation.guarded
        mask = None if clean else _LineageMask(relation.items, text)
        if len(text) <= _MOST_PLANNED_CHARS:
            with self._lock:
                self._plans[text] = _Planned(mask, now)
                while len(self._plans) > _MOST_PLANS:
                    self._plans.popitem(last=False)
        return mask

    def forget(self) -> None:
        """Forget what was found out, for a statement may have changed tables or views."""
        self._schema.forget()
        with self._lock:
            self._plans.clear()
