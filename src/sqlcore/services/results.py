"""What a library user gets from a query."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import attrs

from sqlcore.domain.query import Column, Message, ResultSet, Row, RowsAffected, StatementResult
from sqlcore.errors import NotFoundError
from sqlcore.services.querying import unique_names

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Result"]

_EMPTY = ResultSet(columns=(), rows=(), row_count=0)


@attrs.frozen
class Result:
    """Everything that a statement brought back; its first result set is at hand.

    Attributes:
        raw: The collected result with all its parts.
    """

    raw: StatementResult

    @property
    def result_sets(self) -> tuple[ResultSet, ...]:
        """All result sets, in the server's order."""
        return self.raw.result_sets

    @property
    def messages(self) -> tuple[Message, ...]:
        """What the server said beside results."""
        return self.raw.messages

    @property
    def rows_affected(self) -> tuple[RowsAffected, ...]:
        """One count for each statement without rows."""
        return self.raw.rows_affected

    @property
    def duration_s(self) -> float:
        """Seconds from sending to the last row."""
        return self.raw.duration_s

    @property
    def first(self) -> ResultSet:
        """The first result set; an empty one without columns where there is none."""
        return self.raw.result_sets[0] if self.raw.result_sets else _EMPTY

    @property
    def columns(self) -> tuple[Column, ...]:
        """Columns of the first result set."""
        return self.first.columns

    @property
    def rows(self) -> tuple[Row, ...]:
        """Rows of the first result set that were kept."""
        return self.first.rows

    @property
    def truncated(self) -> bool:
        """Whether the first result set has more rows than were kept."""
        return self.first.truncated

    def __len__(self) -> int:
        return len(self.first)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.first)

    def dicts(self) -> list[dict[str, Any]]:
        """Return the rows as dictionaries; of columns with one name the later get `_2`, `_3`."""
        names = unique_names(self.columns)
        return [dict(zip(names, row, strict=True)) for row in self.rows]

    def scalar(self) -> Any:
        """Return the first value of the first row.

        Raises:
            NotFoundError: There is no row, or it has no column.
        """
        if not self.rows or not self.columns:
            raise NotFoundError("The statement returned no value.")
        return self.rows[0][0]

    def to_arrow(self) -> pa.Table:
        """Return the rows as an Arrow table; from there `.to_pandas()` or `polars.from_arrow`."""
        from sqlcore.services.tabular import to_arrow  # noqa: PLC0415  # pyarrow is heavy

        return to_arrow(self.first)
