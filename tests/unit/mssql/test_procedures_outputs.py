"""Outputs are told from result sets, also from those that look like them."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

import pytest

from sqlcore.adapters.mssql.calling_batch import CallBatch, Output, output_names
from sqlcore.adapters.mssql.calling_outputs import with_outputs
from sqlcore.adapters.mssql.types import sql_type
from sqlcore.domain.procedure import ProcedureOutputs
from sqlcore.domain.query import Column, Event, Message, ResultEnd, ResultStart, RowBatch
from sqlcore.errors import ExecutionError

_BATCH = CallBatch(
    prelude="",
    text="",
    plain_text="",
    parameters=(),
    outputs=(Output("o", sql_type("int"), 1),),
)
_NAMES = output_names(4)
_TABLE_FUNCTION = CallBatch(prelude="", text="", plain_text="", parameters=())


def _result(names: Sequence[str], *rows: tuple[Any, ...]) -> list[Event]:
    columns = tuple(Column(name=name, type=sql_type("int")) for name in names)
    batches: list[Event] = [RowBatch([row]) for row in rows]
    return [ResultStart(columns), *batches, ResultEnd(len(rows))]


def _sent(events: Sequence[Event], error: Exception | None = None) -> Generator[Event, None, None]:
    yield from events
    if error is not None:
        raise error


def test_the_last_result_set_is_the_outputs() -> None:
    own = _result(["a"], (1,), (2,))
    *events, outputs = with_outputs(_sent([*own, *_result(_NAMES, (7, 1, 1, 5))]), _BATCH)
    assert own == events
    assert isinstance(outputs, ProcedureOutputs)
    assert (7, {"o": 5}, ()) == (outputs.return_code, outputs.by_name(), outputs.notes)


@pytest.mark.parametrize(
    "rows", [(), ((9, 1, 1, 66),), ((9, 1, 1, 66), (9, 1, 1, 67))], ids=["none", "one", "two"]
)
def test_a_result_set_that_looks_like_outputs_is_rows(rows: tuple[tuple[Any, ...], ...]) -> None:
    own = [*_result(_NAMES, *rows), Message(text="behind")]
    *events, outputs = with_outputs(_sent([*own, *_result(_NAMES, (0, 1, 1, 5))]), _BATCH)
    assert own == events
    assert isinstance(outputs, ProcedureOutputs)
    assert {"o": 5} == outputs.by_name()


def test_what_looked_like_outputs_comes_before_an_error() -> None:
    own = _result(_NAMES, (9, 1, 1, 66))
    events: list[object] = []
    with pytest.raises(ExecutionError):
        events.extend(with_outputs(_sent(own, ExecutionError("failed")), _BATCH))
    assert own == events


@pytest.mark.parametrize(
    ("count", "state", "words"),
    [(1, 1, None), (2, 1, "open"), (2, -1, "open"), (0, 0, "itself ended"), (1, -1, "caught")],
)
def test_notes_say_how_the_transaction_stood(count: int, state: int, words: str | None) -> None:
    (outputs,) = with_outputs(_sent(_result(_NAMES, (0, count, state, None))), _BATCH)
    assert isinstance(outputs, ProcedureOutputs)
    assert (words is not None) == bool(outputs.notes)
    assert words is None or words in outputs.notes[0]


def test_a_table_function_has_no_outputs() -> None:
    own = _result(["a"], (1,))
    *events, outputs = with_outputs(_sent(own), _TABLE_FUNCTION)
    assert own == events
    assert ProcedureOutputs() == outputs


def test_closing_early_closes_the_statement() -> None:
    events = _sent(_result(["a"], (1,), (2,)))
    called = with_outputs(events, _BATCH)
    next(called)
    called.close()
    assert [] == list(events)
