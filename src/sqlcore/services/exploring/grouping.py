"""Many short lists of numbers in two arrays: a fraction of the memory of as many Python lists."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence

__all__ = ["Groups"]


class Groups:
    """Lists of numbers from 0 on, by a number from 0 on."""

    def __init__(self, count: int, keys: Sequence[int], values: Iterable[int]) -> None:
        """Group values by their keys; within a group they keep their order.

        Args:
            count: How many groups there are.
            keys: The group of each value.
            values: As many.
        """
        ends = array("I", bytes(4 * (count + 1)))
        for key in keys:
            ends[key + 1] += 1
        for key in range(count):
            ends[key + 1] += ends[key]
        self._starts = array("I", ends)
        self._values = array("I", bytes(4 * len(keys)))
        at = ends  # where the next value of a group goes
        for key, value in zip(keys, values, strict=True):
            self._values[at[key]] = value
            at[key] += 1

    def __getitem__(self, key: int) -> array[int]:
        return self._values[self._starts[key] : self._starts[key + 1]]

    def size(self, key: int) -> int:
        """Tell how long a list is."""
        return self._starts[key + 1] - self._starts[key]
