"""What a procedure hands back, in the record of its session."""

from __future__ import annotations

from collections.abc import Generator

from tests.unit.sessions.doubles import SetClock

from sqlcore.domain.procedure import CallEvent, OutputValue, ProcedureOutputs
from sqlcore.domain.query import ExecutionOptions
from sqlcore.domain.session import SessionKind, SessionState
from sqlcore.domain.types import SqlType, TypeKind
from sqlcore.services.sessions import Sessions, Work

TEXT = SqlType(name="text", kind=TypeKind.TEXT)
LONG = 2**20 + 5


def _calling(outputs: ProcedureOutputs) -> Work:
    def run(_: ExecutionOptions) -> Generator[CallEvent, None, None]:
        yield outputs

    return Work(kind=SessionKind.PROCEDURE, statement="main.p", run=run)


def test_outputs_stand_in_the_record_until_it_expires(sessions: Sessions, clock: SetClock) -> None:
    outputs = ProcedureOutputs(values=(OutputValue(name="a", type=TEXT, value="x"),), return_code=4)
    session_id = sessions.start(_calling(outputs), owner="ann").id
    done = sessions.wait(session_id, "ann", 20)
    assert (done.state, done.outputs) == (SessionState.COMPLETED, outputs)
    clock.pass_s(901.0)
    sessions.look_after()
    expired = sessions.get(session_id, "ann")
    assert (expired.state, expired.outputs) == (SessionState.EXPIRED, None)


def test_long_outputs_are_cut_and_said_to_be(sessions: Sessions) -> None:
    outputs = ProcedureOutputs(
        values=(
            OutputValue(name="short", type=TEXT, value="x"),
            OutputValue(name="long", type=TEXT, value="x" * LONG),
        ),
        returned=OutputValue(name="", type=TEXT, value=b"x" * LONG),
        notes=("first",),
    )
    session_id = sessions.start(_calling(outputs), owner="ann").id
    kept = sessions.wait(session_id, "ann", 20).outputs
    assert kept is not None
    assert kept.returned is not None
    assert [len(one.value) for one in (*kept.values, kept.returned)] == [1, 2**20, 2**20]
    assert [note.partition(" has ")[0] for note in kept.notes] == [
        "first",
        "The value of long",
        "The value of the function",
    ]
