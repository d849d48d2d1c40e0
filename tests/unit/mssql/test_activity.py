"""What SQL Server's views say of a statement, as progress."""

from __future__ import annotations

from typing import Any, cast

import pytest

from sqlcore.adapters.mssql.activity import MssqlActivity
from sqlcore.adapters.mssql.reading import CatalogQueries
from sqlcore.domain.session import Progress
from sqlcore.errors import LimitExceededError, SqlCoreError, StatementTimeoutError

Rows = list[tuple[Any, ...]]


class Answers:
    """Stands in for the queries: the views' rows, or an error."""

    def __init__(
        self, request: Rows, session: Rows | None = None, error: SqlCoreError | None = None
    ) -> None:
        self.results = {"activity_request": request, "activity_session": session or []}
        self.error = error
        self.parameters: list[dict[str, Any]] = []

    def run(
        self, _names: Any, parameters: dict[str, Any], **_bounds: float
    ) -> tuple[dict[str, Rows], dict[str, str]]:
        self.parameters.append(parameters)
        if self.error is not None:
            raise self.error
        return self.results, {}


def progress(answers: Answers, server_session: str = "51") -> Progress | None:
    return MssqlActivity(cast("CatalogQueries", answers)).progress(server_session)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            ("BACKUP DATABASE", "suspended", "BACKUPIO", 25.0),
            Progress(fraction=0.25, phase="BACKUP DATABASE, suspended: BACKUPIO"),
        ),
        (("SELECT", "running", None, 0.0), Progress(phase="SELECT, running")),
        (("DBCC", "running", None, 100.5), Progress(fraction=1.0, phase="DBCC, running")),
        (("SELECT", "running", None, None), Progress(phase="SELECT, running")),
    ],
)
def test_a_request_tells_its_command_and_what_part_is_done(
    row: tuple[Any, ...], expected: Progress
) -> None:
    answers = Answers([row])
    assert expected == progress(answers)
    assert [{"session": 51}] == answers.parameters


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("running", Progress(phase="running")),
        ("active", Progress(phase="active")),
        ("sleeping", None),
        (None, None),
    ],
)
def test_where_there_are_no_requests_the_session_tells_whether_it_works(
    status: str | None, expected: Progress | None
) -> None:
    assert expected == progress(Answers([], [(status,)]))


def test_a_login_that_may_not_look_learns_nothing() -> None:
    assert progress(Answers([])) is None


@pytest.mark.parametrize(
    "error", [LimitExceededError("all are in use"), StatementTimeoutError("it took too long")]
)
def test_nobody_waits_for_a_connection_or_an_answer(error: SqlCoreError) -> None:
    assert progress(Answers([], error=error)) is None


@pytest.mark.parametrize("server_session", ["", "x", "-1", "5 OR 1=1", "1" * 20])
def test_only_a_number_is_asked_about(server_session: str) -> None:
    answers = Answers([("SELECT", "running", None, 0.0)])
    assert progress(answers, server_session) is None
    assert [] == answers.parameters
