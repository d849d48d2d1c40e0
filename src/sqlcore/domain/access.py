"""How much a caller may do: the three access levels, in order."""

from __future__ import annotations

import enum

__all__ = ["Access"]


class Access(enum.Enum):
    """An access level. `METADATA < READ < WRITE`; the value is the word that settings use."""

    METADATA = "metadata"
    READ = "read"
    WRITE = "write"

    @property
    def rank(self) -> int:
        """The place in the order, from 0."""
        return _RANKS[self.value]

    def __lt__(self, other: object) -> bool:
        """Order by rank."""
        return self.rank < other.rank if isinstance(other, Access) else NotImplemented

    def __le__(self, other: object) -> bool:
        """Order by rank."""
        return self.rank <= other.rank if isinstance(other, Access) else NotImplemented

    def __gt__(self, other: object) -> bool:
        """Order by rank."""
        return self.rank > other.rank if isinstance(other, Access) else NotImplemented

    def __ge__(self, other: object) -> bool:
        """Order by rank."""
        return self.rank >= other.rank if isinstance(other, Access) else NotImplemented


_RANKS = {"metadata": 0, "read": 1, "write": 2}
