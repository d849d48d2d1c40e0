"""A process that ends, or is ended, leaves nothing on the database server nor on disk."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.integration.sessions.conftest import Opened
from tests.integration.sessions.processes import (
    Process,
    call,
    running_program,
    running_server,
)
from tests.integration.sessions.watching import (
    COUNT,
    ENDLESS,
    SLEEP,
    Admin,
    connections,
    eventually,
    running,
)

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no signals for other processes"
)

TEXTS = (COUNT, ENDLESS, SLEEP)
SOON_S = 20.0
ORPHANED_S = 5.0
"""How long a statement may outlive a process that could not cancel it."""


def _close_input(process: Process) -> None:
    assert process.stdin is not None
    process.stdin.close()


def _start_sessions(process: Process) -> None:
    for text in TEXTS:
        answer = call(process, "start_query", query=text)
        assert answer["session_id"]


def _all_run(admin: Admin) -> bool:
    return {True} == {any(text in query for query in running(admin)) for text in TEXTS}


@pytest.mark.parametrize(
    "end",
    [
        _close_input,
        lambda process: process.send_signal(signal.SIGTERM),
        lambda process: process.send_signal(signal.SIGINT),
    ],
    ids=["input", "SIGTERM", "SIGINT"],
)
def test_a_server_that_ends_stops_its_sessions_and_removes_their_results(
    server_url: str,
    admin: Admin,
    results_folder: Path,
    end: Callable[[Process], None],
) -> None:
    with running_server(server_url, results_folder) as process:
        _start_sessions(process)
        eventually(lambda: _all_run(admin))
        end(process)
        process.wait(timeout=SOON_S)
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()
    assert [] == running(admin)
    assert [] == list(results_folder.iterdir())
    eventually(lambda: connections(admin) == 0)


def test_a_program_that_ends_without_closing_stops_its_sessions(
    server_url: str, admin: Admin, results_folder: Path
) -> None:
    with running_program(server_url, results_folder, *TEXTS) as process:
        eventually(lambda: _all_run(admin))
        _, errors = process.communicate(timeout=SOON_S)
        assert (0, "") == (process.returncode, errors)
    assert [] == running(admin)
    assert [] == list(results_folder.iterdir())


@pytest.mark.parametrize("is_server", [True, False], ids=["server", "program"])
def test_what_a_killed_process_left_ends_by_itself_and_its_results_go_at_the_next_start(
    server_url: str, admin: Admin, results_folder: Path, opened: Opened, *, is_server: bool
) -> None:
    with ExitStack() as stack:
        if is_server:
            process = stack.enter_context(running_server(server_url, results_folder))
            _start_sessions(process)
        else:
            program = running_program(server_url, results_folder, *TEXTS)
            process = stack.enter_context(program)
        eventually(lambda: _all_run(admin))
        process.kill()
        process.wait(timeout=SOON_S)
    eventually(lambda: not running(admin), patience_s=ORPHANED_S)
    left = list(results_folder.iterdir())
    assert left
    database = opened()
    assert database.start("SELECT 1 AS one").wait().row_count == 1
    assert not any(path.exists() for path in left)
