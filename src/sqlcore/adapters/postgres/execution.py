"""Runs a statement on a link and yields what comes back.

Reading (READ_ONLY) is one round trip: `BEGIN READ ONLY`, the timeouts and the caller's statement
are queued as one group, `ROLLBACK` and the end of advisory locks as a second one. Inside a group
the server skips the rest after an error, so that the caller's statement never runs without its
transaction; and as each is sent over the extended protocol, none can smuggle in a second statement.

Writing (READ_WRITE) is two: COMMIT must wait until the caller has read everything. The first is
`BEGIN`, the timeouts and the caller's statement, the second COMMIT and the reset of the session, so
that nothing of it reaches the next caller. A script, which takes the simple protocol, has a round
trip of its own behind BEGIN. Trying out (ROLLED_BACK) does the same with one statement, and with
ROLLBACK.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence

import psycopg
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

from sqlcore.adapters.postgres import errors
from sqlcore.adapters.postgres.errors import Report
from sqlcore.adapters.postgres.holding import STOP_GRACE_S, Hold
from sqlcore.adapters.postgres.link import (
    MOST_BYTES_AT_ONCE,
    DeadlinePassedError,
    Link,
    LinkLostError,
    TooLargeError,
)
from sqlcore.adapters.postgres.prepared import PreparedText
from sqlcore.adapters.postgres.reading import ResultReader, stream_rows
from sqlcore.adapters.postgres.signals import Interrupted
from sqlcore.adapters.postgres.stopping import cancel
from sqlcore.adapters.postgres.transactions import (
    ENDINGS,
    begin_reading,
    begin_writing,
    bounds_alone,
    escaped,
)
from sqlcore.domain.query import Event, ExecutionOptions, RowBatch, TransactionMode
from sqlcore.errors import ExecutionError, LimitExceededError, SqlCoreError, UnsupportedError

__all__ = ["Execution"]

_MOST_ROWS_AT_ONCE = 64
"""libpq counts rows and not their bytes: a thousand rows of a megabyte would take a gigabyte."""
_UNLOCK = b"SELECT pg_catalog.pg_advisory_unlock_all()"
"""Takes back what a rollback does not: locks of the session, which a view's function may take."""
_COMMIT = b"COMMIT"
_COPY = (ExecStatus.COPY_IN, ExecStatus.COPY_OUT, ExecStatus.COPY_BOTH)


def _has_batch(events: list[Event]) -> bool:
    return any(type(event) is RowBatch for event in events)


class _NeedsNoTransaction(Exception):  # noqa: N818  # a way out, not a failure
    """The server refused the statement, unrun, because it stands inside a transaction."""


class Execution:
    """One run of one statement."""

    def __init__(self, prepared: PreparedText, options: ExecutionOptions, hold: Hold) -> None:
        self._prepared = prepared
        self._options = options
        self._hold = hold
        self._signal = hold.signal
        self._must_roll_back = options.mode is not TransactionMode.READ_WRITE
        # Whether it is all queued at once: a read, after whose results nothing is asked for.
        self._is_one_group = options.mode is TransactionMode.READ_ONLY
        # The types and the most rows of a batch, for a reader.
        self._reading = prepared.types, min(options.batch_rows, _MOST_ROWS_AT_ONCE)

    def events(self) -> Generator[Event, None, None]:
        """Run it. Whatever happens, the link goes back to the pool, clean or empty."""
        hold = self._hold
        try:
            link = hold.take()
            if self._options.on_connection is not None:
                self._options.on_connection(link.server_session)
            if self._is_one_group:
                yield from self._read(link)
            elif self._must_roll_back:
                yield from self._try_out(link)
            else:
                yield from self._write(link)
        except DeadlinePassedError as exc:
            raise errors.timeout_error(self._options.timeout_s) from exc
        except Interrupted as exc:
            raise exc.error from exc
        except TooLargeError as exc:
            raise LimitExceededError(
                f"More than {MOST_BYTES_AT_ONCE // 2**20} MiB of the result arrived in one piece,"
                " so that it was stopped.",
                hint="Select fewer or shorter columns, for example the start of a long value by"
                " substr(), or smaller rows.",
            ) from exc
        except LinkLostError as exc:
            if hold.link is not None:
                hold.link.discard()
            raise errors.lost_error() from exc.__cause__ or exc
        finally:
            hold.end(self._tidy_up)

    # -- the three modes ----------------------------------------------------------------------

    def _begin(self, link: Link) -> Sequence[bytes]:
        if self._options.mode is TransactionMode.READ_ONLY:
            return begin_reading(
                self._options,
                has_standard_strings=link.has_standard_strings,
                checks_client=link.checks_client,
            )
        return begin_writing(self._options, checks_client=link.checks_client)

    def _read(self, link: Link) -> Generator[Event, None, None]:
        link.enter_pipeline()
        own_count = self._queue_own(link, self._begin(link))
        self._queue_callers(link)
        link.sync()
        self._queue_own(link, (b"ROLLBACK", _UNLOCK))
        link.sync()
        link.send(self._hold.until, self._signal)
        self._skip_own(link, own_count)
        held = yield from self._results(link)
        link.drain(self._hold.until)
        self._hold.give_back()
        yield from held

    def _write(self, link: Link) -> Generator[Event, None, None]:
        try:
            held = yield from self._begin_and_run(link, self._begin(link))
        except _NeedsNoTransaction:
            self._run_own(link, bounds_alone(self._options, checks_client=link.checks_client))
            self._prepared.is_alone = True
            held = yield from self._begin_and_run(link, ())
        yield from self._hold.hand_out(held)
        self._end_transaction(link, _COMMIT)
        self._hold.give_back()

    def _try_out(self, link: Link) -> Generator[Event, None, None]:
        held = yield from self._begin_and_run(link, self._begin(link))
        if not link.is_in_transaction:
            raise self._escaped(link)
        self._end_transaction(link, b"ROLLBACK")
        self._hold.give_back()
        yield from held

    def _escaped(self, link: Link) -> SqlCoreError:
        link.discard()
        return escaped(self._prepared.text, link.address)

    def _begin_and_run(
        self, link: Link, own: Sequence[bytes]
    ) -> Generator[Event, None, list[Event]]:
        """Run commands of ours and the caller's statement; yield its events as `_results` does."""
        if self._is_script:
            if own:
                self._run_own(link, own)
            link.leave_pipeline()
            link.queue_script(self._prepared.encoded)
            link.send(self._hold.until, self._signal)
            return (yield from self._results(link))
        link.enter_pipeline()
        own_count = self._queue_own(link, own)
        self._queue_callers(link)
        link.sync()
        link.send(self._hold.until, self._signal)
        self._skip_own(link, own_count)
        held = yield from self._results(link)
        link.drain(self._hold.until)
        return held

    @property
    def _is_script(self) -> bool:
        """Whether it may be several statements, for which there is the simple protocol only."""
        return not self._must_roll_back and self._prepared.arguments is None

    def _queue_own(self, link: Link, commands: Sequence[bytes]) -> int:
        for command in commands:
            link.queue(command)
        return len(commands)

    def _queue_callers(self, link: Link) -> None:
        arguments = self._prepared.arguments
        if arguments is not None:
            link.queue(self._prepared.encoded, arguments.values, arguments.types, arguments.formats)
        else:
            link.queue(self._prepared.encoded)

    def _end_transaction(self, link: Link, ending: bytes) -> None:
        """Commit or roll back, and reset the session behind it in the same round trip.

        COMMIT must be known to have been done or not, whatever comes of the reset: each is a
        group of its own, so that the server answers it before it goes on.
        """
        has_transaction = link.is_in_transaction
        self._queue_end(link, ending if has_transaction else None)
        tag = None
        try:
            link.send(self._hold.until, None)
            if has_transaction:
                tag = self._ending_tag(link, self._hold.until)
        except DeadlinePassedError:
            if ending != _COMMIT:
                raise
            tag = self._late_commit_tag(link)
        self._await_reset(link, time.monotonic() + STOP_GRACE_S)
        if ending == _COMMIT and tag == b"ROLLBACK":
            raise ExecutionError("The transaction had failed and was rolled back.")

    def _late_commit_tag(self, link: Link) -> bytes | None:
        """Cancel a COMMIT whose time is over, and see what came of it.

        The server's own time limit does not hold for the triggers that a COMMIT runs.
        """
        has_ended = cancel(link)
        try:
            return self._ending_tag(link, time.monotonic() + STOP_GRACE_S)
        except DeadlinePassedError as exc:
            raise LinkLostError from exc  # nobody knows whether it was committed
        finally:
            if not has_ended.is_set():
                link.discard()  # the cancel could hit the next statement

    def _queue_end(self, link: Link, ending: bytes | None) -> None:
        """Queue the end of a transaction, and what forgets settings, temporary tables and locks."""
        try:
            link.enter_pipeline()
            if ending is not None:
                link.queue(ending)
                link.sync()
            link.forget_kept()
            link.queue(b"DISCARD ALL")
            link.sync()
        except psycopg.Error as exc:
            raise LinkLostError from exc

    def _ending_tag(self, link: Link, until: float) -> bytes | None:
        """Take the result of COMMIT or ROLLBACK; say what the server did.

        Nothing behind it is looked at: the connection may break there, and that changes nothing.
        """
        result = link.receive(until, None)
        if result is None:
            return None
        if result.status == ExecStatus.FATAL_ERROR:
            failure, cause = self._failure(link, result)
            raise failure from cause
        return result.command_status

    def _await_reset(self, link: Link, until: float) -> None:
        """Take what is left, and drop the connection where the reset failed."""
        try:
            if link.drain(until):
                link.discard()
        except (LinkLostError, DeadlinePassedError):
            link.discard()

    # -- results ------------------------------------------------------------------------------

    def _results(self, link: Link) -> Generator[Event, None, list[Event]]:
        """Yield the events of the statement while more are to come; return the last ones."""
        return (yield from self._take(link, ResultReader(link, *self._reading), []))

    def _take(
        self, link: Link, reader: ResultReader, held: list[Event]
    ) -> Generator[Event, None, list[Event]]:
        """Read what one statement brings; `held` are events that came before it.

        Events are held back while the next result has arrived already, so that a short result is
        complete, and its link back in the pool, before the caller sees anything of it.
        """
        if link.raw is None:
            raise LinkLostError
        _, batch_rows = self._reading
        stream_rows(link.raw.pgconn, batch_rows)
        while True:
            if held and link.is_waiting:
                yield from self._hold.hand_out(held)
                held = []
            result = link.receive(self._hold.until, self._signal)
            held += reader.messages()
            if result is None:
                return held
            status = result.status
            if status == ExecStatus.FATAL_ERROR:
                failure, cause = self._failure(link, result)
                self._hold.give_back()
                yield from held
                raise failure from cause
            if status in _COPY:
                link.discard()
                raise UnsupportedError(
                    "COPY from or to the client is not available.",
                    hint="Use INSERT and SELECT, or psql.",
                )
            if self._must_roll_back and result.command_status in ENDINGS:
                raise self._escaped(link)
            if time.monotonic() > self._hold.until:
                raise DeadlinePassedError
            events = reader.events(result)
            if _has_batch(held) and _has_batch(events):
                yield from self._hold.hand_out(held)
                held = []
            held += events

    def _failure(self, link: Link, result: PGresult) -> tuple[SqlCoreError, Exception]:
        """Bring the link in order after an error, and say what it was."""
        prepared = self._prepared
        report = Report.of(result)
        shown = () if prepared.arguments is None else prepared.arguments.shown
        cause = errors.driver_error(report, shown, text=prepared.text)
        if report.ends_connection:
            link.discard()
            return errors.lost_error(report), cause
        self._tidy_up(link, time.monotonic() + STOP_GRACE_S)
        if self._may_run_alone(report):
            raise _NeedsNoTransaction
        if report.sqlstate == "57014":
            elapsed_s = time.monotonic() - self._hold.started_at
            failure = errors.stopped_error(
                report, timeout_s=self._options.timeout_s, elapsed_s=elapsed_s
            )
            return failure, cause
        return self._server_error(report, shown), cause

    def _server_error(self, report: Report, shown: Sequence[str]) -> SqlCoreError:
        return errors.server_error(
            report,
            text=self._prepared.text,
            is_callers=self._prepared.is_callers,
            values=shown,
            lock_timeout_s=self._options.lock_timeout_s,
        )

    def _may_run_alone(self, report: Report) -> bool:
        """Whether the server refused before it did anything, and would not outside.

        `PreventInTransactionBlock` of the server is called first by commands such as VACUUM and
        CREATE DATABASE. A single such command has not run; a function may have, before one.
        """
        return (
            not self._must_roll_back
            and report.sqlstate == "25001"
            and report.source == "PreventInTransactionBlock"
            and not self._prepared.is_alone
            and self._prepared.is_one_command
        )

    def _run_own(self, link: Link, commands: Sequence[bytes]) -> None:
        """Run commands of ours and wait for them."""
        link.enter_pipeline()
        self._queue_own(link, commands)
        link.sync()
        link.send(self._hold.until, self._signal)
        self._skip_own(link, len(commands))
        link.drain(self._hold.until)

    def _skip_own(self, link: Link, count: int) -> None:
        """Take the results of commands of ours.

        Raises:
            SqlCoreError: One failed; the link is in order again.
        """
        failed = link.skip(count, self._hold.until, self._signal)
        if failed is not None:
            failure, cause = self._failure(link, failed)
            raise failure from cause

    def _own_results(self, link: Link) -> list[PGresult]:
        """Take the results of a queued command of ours."""
        results: list[PGresult] = []
        while (result := link.receive(self._hold.until, self._signal)) is not None:
            if result.status == ExecStatus.FATAL_ERROR:
                failure, cause = self._failure(link, result)
                raise failure from cause
            results.append(result)
        link.notices.clear()
        return results

    def _tidy_up(self, link: Link, until: float) -> None:
        """Drop what still comes, leave the transaction, reset the session."""
        try:
            link.drain(until)
            if self._is_one_group:
                return  # its ROLLBACK was queued behind it
            self._queue_end(link, b"ROLLBACK" if link.is_in_transaction else None)
            link.send(until, None)
            self._await_reset(link, until)
        except (LinkLostError, DeadlinePassedError):
            link.discard()
