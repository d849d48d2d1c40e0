"""Replacing values in what an executor yields."""

from __future__ import annotations

from collections.abc import Generator
from typing import Protocol

from sqlcore.domain.query import Column, Event

__all__ = ["MASKED", "Mask", "masked"]

MASKED = "***"
"""Stands for a value that is not shown. NULL stays NULL."""


class Mask(Protocol):
    """Says which columns of a result are masked."""

    def positions(self, columns: tuple[Column, ...], result_set: int) -> frozenset[int]:
        """Give the places of the masked columns of a result set, both from 0."""
        ...


def masked(events: Generator[Event, None, None], mask: Mask) -> Generator[Event, None, None]:
    """Pass events on with the values of masked columns replaced; closing it closes them."""
    raise NotImplementedError
