"""Asking the server for the column types of a statement before it runs."""

from __future__ import annotations

from sqlcore.adapters.mssql.batches import call
from sqlcore.adapters.mssql.literals import BoundParameter, bind_parameter, text_literal
from sqlcore.adapters.mssql.session import Session
from sqlcore.adapters.mssql.types import DescribedColumn, TypeCache, sql_type
from sqlcore.errors import SqlCoreError, StatementCancelledError, StatementTimeoutError

__all__ = ["ResultDescriber"]

_MAX_TEXT_LENGTH = 50_000
# Source: "sys.dm_exec_describe_first_result_set (Transact-SQL)". What cannot be described is one
# row with an error number and no type; it does not fail. A CLR type has a user type's name only.
_QUESTION = (
    "SELECT name, system_type_name, user_type_name"
    " FROM sys.dm_exec_describe_first_result_set(@text, @declarations, 0)"
    " WHERE is_hidden = 0 ORDER BY column_ordinal"
)


class ResultDescriber:
    """Finds the types of a statement's first result set; a failure is remembered, not raised."""

    def __init__(self) -> None:
        self._cache = TypeCache()
        self._is_available = True

    def columns(self, session: Session, text: str, declared: str) -> tuple[DescribedColumn, ...]:
        """Return the columns, or nothing where the server cannot say."""
        # Babelfish has sp_describe_first_result_set only, which makes a view of the text.
        if not self._is_available or session.kind.is_babelfish or len(text) > _MAX_TEXT_LENGTH:
            return ()
        known = self._cache.get((text, declared))
        if known is None:
            known = self._asked(session, text, declared)
            self._cache.put((text, declared), known)
        return known

    def forget(self, text: str, declared: str) -> None:
        """Drop what did not fit the result."""
        self._cache.forget((text, declared))

    def _asked(self, session: Session, text: str, declared: str) -> tuple[DescribedColumn, ...]:
        declarations = text_literal(declared) if declared else "NULL"
        question = call(
            _QUESTION,
            (
                bind_parameter("text", text, "nvarchar(max)"),
                BoundParameter("declarations", "nvarchar(max)", declarations),
            ),
        )
        try:
            (rows,) = session.query(question)
        except (StatementCancelledError, StatementTimeoutError):
            raise
        except SqlCoreError:
            if session.is_broken:
                raise
            self._is_available = False
            return ()
        finally:
            session.take_messages()
        return described(rows)


def described(rows: list[tuple[str | None, ...]]) -> tuple[DescribedColumn, ...]:
    """Read the server's description; nothing if one column has no type."""
    columns: list[DescribedColumn] = []
    for name, system_type, user_type in rows:
        spelling = system_type or user_type
        if spelling is None:
            return ()
        columns.append(DescribedColumn(name or "", sql_type(spelling)))
    return tuple(columns)
