"""Running statements: what is kept, what is counted, and how rows stream."""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sqlcore
from sqlcore.domain.access import Access
from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.connection import ConnectionSettings, PoolSettings
from sqlcore.domain.query import (
    Column,
    Event,
    Message,
    ResultEnd,
    ResultSet,
    ResultStart,
    Row,
    RowBatch,
    RowsAffected,
    Statement,
    TransactionMode,
)
from sqlcore.domain.types import SqlType
from sqlcore.errors import (
    InvalidArgumentError,
    PolicyError,
    SqlCoreError,
    StatementCancelledError,
    StatementTimeoutError,
)
from sqlcore.services import querying
from sqlcore.services.database import Database
from sqlcore.services.limits import Limits
from sqlcore.services.policy import Policy
from sqlcore.services.querying import (
    collect,
    execution_options,
)
from sqlcore.testing.memory import MemoryConnector

_MUCH = 2**30


@pytest.fixture
def db() -> Iterator[Database]:
    """A database with one physical connection: what is not given back is missed."""
    pool = PoolSettings(max_size=1, acquire_timeout_s=5.0)
    settings = ConnectionSettings(scheme="memory", pool=pool)
    with Database(MemoryConnector().connect(settings), Policy(access=Access.WRITE)) as database:
        yield database


def _numbers(count: int, expression: str = "n") -> str:
    return (
        f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers "
        f"WHERE n < {count}) SELECT {expression} AS n FROM numbers"
    )


def _start(*names: str) -> ResultStart:
    return ResultStart(tuple(Column(name=name, type=SqlType(name="int")) for name in names))


def _events(batches: Sequence[Sequence[Row]]) -> list[Event]:
    row_count = sum(len(batch) for batch in batches)
    return [_start("a"), *(RowBatch(list(batch)) for batch in batches), ResultEnd(row_count)]


def _shape(result_set: ResultSet) -> tuple[int, int, bool, bool]:
    return (
        len(result_set.rows),
        result_set.row_count,
        result_set.complete,
        result_set.truncated,
    )


# -- collecting


@given(
    sizes=st.lists(st.lists(st.integers(1, 5), max_size=4), max_size=3),
    max_rows=st.integers(0, 8),
)
def test_the_first_rows_of_each_result_set_are_kept_and_all_are_counted(
    sizes: list[list[int]], max_rows: int
) -> None:
    numbers = itertools.count()
    sets = [[[(next(numbers),) for _ in range(size)] for size in one] for one in sizes]
    events = [event for batches in sets for event in _events(batches)]

    result = collect(events, Limits(), max_rows=max_rows)

    all_rows = [list(itertools.chain(*batches)) for batches in sets]
    assert [list(one.rows) for one in result.result_sets] == [r[:max_rows] for r in all_rows]
    assert [one.row_count for one in result.result_sets] == [len(r) for r in all_rows]
    assert [one.truncated for one in result.result_sets] == [len(r) > max_rows for r in all_rows]
    assert result.complete


@given(lengths=st.lists(st.integers(0, 10), max_size=8), max_bytes=st.integers(1, 30))
def test_rows_are_kept_as_long_as_their_values_fit_the_bytes(
    lengths: list[int], max_bytes: int
) -> None:
    rows = [("x" * length,) for length in lengths]

    result = collect(
        _events([rows] if rows else []), Limits(max_result_bytes=max_bytes), max_rows=100
    )

    fitting = [total for total in itertools.accumulate(lengths) if total <= max_bytes]
    assert [list(one.rows) for one in result.result_sets] == [rows[: len(fitting)]]
    assert [one.row_count for one in result.result_sets] == [len(rows)]


def test_bytes_are_counted_over_all_result_sets_and_within_arrays() -> None:
    events = [*_events([[("xxxx",)]]), *_events([[(["xx", ["yy"]],)], [(1,)]])]

    first, second = collect(events, Limits(max_result_bytes=20), max_rows=10).result_sets

    assert _shape(first) == (1, 1, True, False)
    assert _shape(second) == (0, 2, True, True)


def test_messages_and_counts_are_kept_in_their_order() -> None:
    hello, bye = Message(text="hello"), Message(text="bye")
    events: list[Event] = [hello, RowsAffected(2), *_events([[(1,)]]), RowsAffected(0), bye]

    result = collect(events, Limits(), max_rows=1)

    assert result.messages == (hello, bye)
    assert result.rows_affected == (RowsAffected(2), RowsAffected(0))
    assert len(result.result_sets) == 1


def test_a_result_set_without_rows_has_columns(db: Database) -> None:
    result = db.query("SELECT 1 AS a, 2 AS b WHERE 1 = 0")

    assert [column.name for column in result.columns] == ["a", "b"]
    assert _shape(result.first) == (0, 0, True, False)


def _read(db: Database, sql: str, *, max_rows: int, mode: TransactionMode, **more: Any) -> Any:
    options = execution_options(db.limits, rows=max_rows, timeout_s=more.pop("timeout_s", 30))
    stoppable = mode is TransactionMode.READ_ONLY
    statement = Statement.of(sql)
    with closing(
        db.connection.queries.execute(statement, attrs.evolve(options, mode=mode))
    ) as events:
        return collect(events, db.limits, max_rows=max_rows, stoppable=stoppable)


def test_a_read_of_as_many_rows_as_are_asked_for_is_complete(db: Database) -> None:
    result = _read(db, _numbers(5), max_rows=5, mode=TransactionMode.READ_ONLY)

    assert _shape(result.result_sets[0]) == (5, 5, True, False)
    assert result.complete


def test_a_read_is_stopped_when_enough_was_counted_and_says_so(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(querying, "COUNTING_ROWS", 50)
    sql = _numbers(1_000_000) + "; SELECT 'never read'"

    result = _read(db, sql, max_rows=10, mode=TransactionMode.READ_ONLY)

    (only,) = result.result_sets
    assert len(only.rows) == 10
    assert 60 <= only.row_count < 100
    assert not only.complete
    assert only.truncated
    assert not result.complete
    assert db.query("SELECT 1").scalar() == 1


def test_a_read_is_stopped_when_counting_took_long_enough(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(querying, "COUNTING_S", -1.0)

    result = _read(db, _numbers(1_000_000), max_rows=3, mode=TransactionMode.READ_ONLY)

    assert _shape(result.result_sets[0]) == (3, 4, False, True)


def test_a_write_runs_to_its_end_however_many_rows_it_returns(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(querying, "COUNTING_ROWS", 1)
    db.query("CREATE TABLE t (n INTEGER)")
    sql = f"INSERT INTO t {_numbers(500)}; SELECT n FROM t; INSERT INTO t VALUES (0)"

    result = _read(db, sql, max_rows=2, mode=TransactionMode.READ_WRITE)

    assert _shape(result.result_sets[0]) == (2, 500, True, True)
    assert result.complete
    assert db.query("SELECT COUNT(*) FROM t").scalar() == 501


_SLOW_COUNT = _numbers(100, "CASE WHEN n > 20 THEN sleep(60) ELSE n END")


def test_a_read_that_is_too_slow_to_be_counted_keeps_the_rows_that_were_asked_for(
    db: Database,
) -> None:
    result = _read(db, _SLOW_COUNT, max_rows=5, mode=TransactionMode.READ_ONLY, timeout_s=0.2)

    only = result.result_sets[0]
    assert [row[0] for row in only.rows] == [1, 2, 3, 4, 5]
    assert not only.complete
    assert not result.complete


@pytest.mark.parametrize(
    ("max_rows", "mode"),
    [(50, TransactionMode.READ_ONLY), (5, TransactionMode.READ_WRITE)],
)
def test_a_statement_that_is_too_slow_for_its_rows_or_writes_is_an_error(
    db: Database, max_rows: int, mode: TransactionMode
) -> None:
    with pytest.raises(StatementTimeoutError):
        _read(db, _SLOW_COUNT, max_rows=max_rows, mode=mode, timeout_s=0.2)


def test_a_cancelled_read_is_an_error_even_when_its_rows_are_there() -> None:
    cancel = CancelToken()
    events = _cancelled_after(cancel, _events([[(1,), (2,)], [(3,)]]))

    with pytest.raises(StatementCancelledError):
        collect(events, Limits(), max_rows=1)


def _cancelled_after(cancel: CancelToken, events: list[Event]) -> Generator[Event, None, None]:
    yield from events[:2]
    cancel.cancel()
    cancel.raise_if_cancelled()


# -- options and the guard


def test_options_stay_within_the_limits() -> None:
    limits = Limits(timeout_s=5.0, max_timeout_s=10.0)

    assert execution_options(limits).timeout_s == 5.0
    assert execution_options(limits, timeout_s=10).timeout_s == 10
    assert execution_options(limits, rows=0).batch_rows == 1
    assert execution_options(limits, rows=10).batch_rows == 11
    assert execution_options(limits, rows=10_000).batch_rows == 1000


@pytest.mark.parametrize("timeout_s", [0, -1, 11, float("nan"), float("inf")])
def test_a_timeout_beyond_the_limits_is_refused(timeout_s: float) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        Limits(max_timeout_s=10.0).timeout(timeout_s)

    assert caught.value.parameter == "timeout_seconds"


@pytest.mark.parametrize(("asked", "kept"), [(None, 10), (0, 0), (20, 20)])
def test_rows_within_the_limits_are_kept(asked: int | None, kept: int) -> None:
    assert Limits(max_rows=10, max_rows_ceiling=20).rows(asked) == kept


def test_the_default_of_rows_is_never_above_the_ceiling() -> None:
    assert Limits(max_rows=10, max_rows_ceiling=5).rows(None) == 5
    assert Limits(timeout_s=10.0, max_timeout_s=5.0).timeout(None) == 5.0


@pytest.mark.parametrize("asked", [-1, 21])
def test_rows_beyond_the_limits_are_refused_by_the_name_of_the_argument(asked: int) -> None:
    limits = Limits(max_rows_ceiling=20)

    with pytest.raises(InvalidArgumentError, match=r"max_rows is .* from 0 to 20"):
        limits.rows(asked)
    with pytest.raises(InvalidArgumentError, match=r"limit is .* from 1 to 20") as caught:
        limits.rows(asked, parameter="limit", least=1)

    assert caught.value.parameter == "limit"


@pytest.mark.parametrize("text", ["", " \n\t", "SELECT " + "1" * 100])
def test_an_empty_text_and_one_that_is_too_long_are_refused(db: Database, text: str) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        Database(db.connection, Policy(limits=Limits(max_statement_chars=50))).query(text)

    assert caught.value.parameter == "query"


def test_the_access_level_decides_what_runs(db: Database) -> None:
    with pytest.raises(PolicyError):
        Database(db.connection, Policy(access=Access.METADATA)).query("SELECT 1")
    with pytest.raises(PolicyError):
        Database(db.connection, Policy(access=Access.READ)).query("DROP TABLE t")
    with pytest.raises(PolicyError):
        db.query("DROP TABLE t", read_only=True)
    db.query("CREATE TABLE t (a int)")


def test_a_single_text_is_not_taken_for_a_list_of_parameters() -> None:
    with pytest.raises(InvalidArgumentError, match="single text"):
        Statement.of("SELECT ?", "abc")


def test_the_values_of_parameters_are_not_shown() -> None:
    assert "secret" not in repr(Statement.of("SELECT :a", {"a": "secret"}))


# -- streaming


def test_rows_stream_in_batches(db: Database) -> None:
    with db.stream(_numbers(5), batch_rows=2) as stream:
        assert [column.name for column in stream.columns] == ["n"]
        assert list(stream.batches()) == [[(1,), (2,)], [(3,), (4,)], [(5,)]]
        assert list(stream) == []


def test_rows_stream_as_dictionaries(db: Database) -> None:
    with db.stream("SELECT 1 AS a, 2 AS a") as stream:
        assert list(stream.dicts()) == [{"a": 1, "a_2": 2}]


def test_each_row_comes_once_however_it_is_asked_for(db: Database) -> None:
    with db.stream(_numbers(8), batch_rows=3) as stream:
        assert next(iter(stream)) == (1,)
        assert next(iter(stream)) == (2,)
        assert next(stream.dicts()) == {"n": 3}
        assert next(iter(stream)) == (4,)
        assert list(stream.batches()) == [[(5,), (6,)], [(7,), (8,)]]


def test_a_stream_goes_on_to_the_next_result_set_and_skips_what_is_left(db: Database) -> None:
    sql = f"{_numbers(5)}; SELECT notice('between'); SELECT 'x' AS b"

    with db.stream(sql, batch_rows=2) as stream:
        assert next(iter(stream)) == (1,)
        assert stream.next_result_set()
        assert stream.next_result_set()
        assert [column.name for column in stream.columns] == ["b"]
        assert list(stream) == [("x",)]
        assert not stream.next_result_set()
        assert [message.text for message in stream.messages] == ["between"]


def test_a_stream_of_a_statement_without_rows_has_run_it(db: Database) -> None:
    with db.stream("CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1), (2)") as stream:
        assert stream.columns == ()
        assert list(stream) == []
        assert [done.count for done in stream.rows_affected][-1] == 2
    assert db.query("SELECT COUNT(*) FROM t").scalar() == 2


def test_a_stream_that_is_read_to_its_end_frees_its_connection(db: Database) -> None:
    stream = db.stream(_numbers(3))

    assert len(list(stream)) == 3
    assert db.query("SELECT 1").scalar() == 1


def test_a_stream_that_is_closed_early_frees_its_connection_and_yields_no_more(
    db: Database,
) -> None:
    with db.stream(_numbers(1_000_000), batch_rows=2) as stream:
        assert next(iter(stream)) == (1,)

    assert list(stream) == []
    assert list(stream.batches()) == []
    assert not stream.next_result_set()
    assert db.query("SELECT 1").scalar() == 1


def test_an_error_within_a_stream_comes_after_the_rows_before_it(db: Database) -> None:
    sql = _numbers(10, "CASE WHEN n > 4 THEN abs(-9223372036854775808) ELSE n END")
    rows: list[Row] = []

    with pytest.raises(SqlCoreError):
        rows.extend(db.stream(sql, batch_rows=2))
    assert db.query("SELECT 1").scalar() == 1


@pytest.mark.parametrize("batch_rows", [0, -1])
def test_a_batch_has_at_least_one_row(db: Database, batch_rows: int) -> None:
    with pytest.raises(InvalidArgumentError, match="at least 1"):
        db.stream("SELECT 1", batch_rows=batch_rows)


def test_a_query_over_its_limits_is_refused_before_it_is_sent() -> None:
    with sqlcore.connect("memory://", limits=Limits(max_rows_ceiling=10)) as database:
        with pytest.raises(InvalidArgumentError):
            database.query("SELECT 1", max_rows=11)
        with pytest.raises(InvalidArgumentError):
            database.query("SELECT 1", timeout_s=10_000)
