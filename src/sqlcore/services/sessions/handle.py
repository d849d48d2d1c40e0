"""One session, for who started it in a program."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Self

from sqlcore.domain.query import Column, Row
from sqlcore.domain.session import ResultSummary, Session, SessionState
from sqlcore.errors import NotFoundError, StatementCancelledError
from sqlcore.ports import ResultReader
from sqlcore.services.sessions.service import Sessions

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["SessionHandle"]

_LONG_S = 3600.0


class SessionHandle:
    """A background session: wait for it, read its rows while they arrive, stop it.

    As a context manager it is stopped and removed at the end of the block, its results with it.
    Iterating over it gives the rows of its first result set. For use by many threads.
    """

    def __init__(self, sessions: Sessions, session_id: str, owner: str) -> None:
        self._sessions = sessions
        self._id = session_id
        self._owner = owner

    @property
    def id(self) -> str:
        """The id, by which `Sessions` knows it too."""
        return self._id

    @property
    def session(self) -> Session:
        """The session as it is now; the server may be asked how far it is, for a second at most.

        Raises:
            NotFoundError: It was removed, or forgotten.
        """
        return self._sessions.get(self._id, self._owner)

    @property
    def result_sets(self) -> tuple[ResultSummary, ...]:
        """What can be read now, for each result set."""
        return self._look().results

    @property
    def columns(self) -> tuple[Column, ...]:
        """Columns of the first result set; waits until they are known. Empty where there is none.

        Raises:
            SqlCoreError: It ended before they were known.
        """
        for session in self._followed():
            if session.results:
                return session.results[0].columns
            if session.state.is_final:
                _raise_why(session)
                break
        return ()

    def wait(self, timeout_s: float | None = None) -> Session:
        """Wait until it has ended; return it as it is then.

        Args:
            timeout_s: The most seconds to wait; as long as it takes where left out.
        """
        if timeout_s is not None:
            return self._sessions.wait(self._id, self._owner, timeout_s)
        while not (session := self._sessions.wait(self._id, self._owner, _LONG_S)).state.is_final:
            pass
        return session

    def cancel(self) -> Session:
        """Ask it to stop; return it as it is a second later at the latest."""
        return self._sessions.cancel(self._id, self._owner)

    def rows(self, result_set: int = 0, start: int = 0) -> Iterator[Row]:
        """Iterate over the rows of a result set; waits for those that have not come yet.

        Args:
            result_set: Its place, from 0.
            start: The row to begin at, from 0.

        Raises:
            NotFoundError: It ended without such a result set, or the results have expired.
            SqlCoreError: What ended the session, behind the last row that came.
        """
        for batch in self._batches(result_set, start):
            yield from batch

    def __iter__(self) -> Iterator[Row]:
        """Iterate over the rows of the first result set; there may be none."""
        return self.rows() if self.columns else iter(())

    def to_arrow(self, result_set: int = 0) -> pa.Table:
        """Wait until it has completed; return the rows of a result set as an Arrow table.

        Raises:
            NotFoundError: There is no such result set, or it has expired.
            SqlCoreError: What ended the session before that.
        """
        _raise_why(self.wait())
        return _table(self._sessions.read(self._id, self._owner), result_set)

    def close(self) -> None:
        """Stop it if it still runs, and remove it and its results. Idempotent."""
        with contextlib.suppress(NotFoundError):
            self._sessions.remove(self._id, self._owner)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _look(self) -> Session:
        return self._sessions.get(self._id, self._owner, progress=False)

    def _followed(self) -> Iterator[Session]:
        """Give the session as it is now, and again whenever more has come; the last is final."""
        seen = -1
        while True:
            seen = self._sessions.follow(self._id, self._owner, seen, _LONG_S)
            session = self._look()
            yield session
            if session.state.is_final:
                return

    def _batches(self, result_set: int, start: int) -> Iterator[list[Row]]:
        reader: ResultReader | None = None
        for session in self._followed():
            if result_set < len(session.results):
                reader = reader or self._sessions.read(self._id, self._owner)
                for batch in reader.batches(result_set, start):
                    start += len(batch)
                    yield batch
                if session.results[result_set].complete:
                    return
            if session.state.is_final:
                _raise_why(session)
                if result_set >= len(session.results):
                    raise NotFoundError(
                        f"The session has no result set {result_set}; "
                        f"it has {len(session.results)}.",
                        hint="Result sets are counted from 0.",
                    )


def _raise_why(session: Session) -> None:
    """Raise what ended a session, unless it has completed."""
    if session.state is SessionState.COMPLETED:
        return
    if session.state is SessionState.EXPIRED:
        raise NotFoundError("The results of the session have expired.", hint="Start it again.")
    if session.error is not None:
        raise session.error.exception()
    raise StatementCancelledError("The session was cancelled.")


def _table(reader: ResultReader, result_set: int) -> pa.Table:
    summaries = reader.summaries()
    if not 0 <= result_set < len(summaries):
        raise NotFoundError(f"The session has no result set {result_set}.")
    import pyarrow as pa  # noqa: PLC0415  # heavy

    from sqlcore.services.tabular import typed_batches  # noqa: PLC0415  # heavy

    typed = typed_batches(summaries[result_set].columns, lambda: reader.batches(result_set))
    return pa.Table.from_batches(typed.batches, schema=typed.schema)
