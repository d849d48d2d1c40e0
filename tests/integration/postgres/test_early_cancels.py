"""A cancel that reaches the server before it has begun is not lost."""

from __future__ import annotations

import contextlib
import random
import threading

from tests.integration.postgres.conftest import Opened

from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.query import ExecutionOptions
from sqlcore.errors import StatementCancelledError
from sqlcore.testing.events import run, scalar

_HEAVY = "SELECT g FROM generate_series(1, 100000000) g"
_LEFT = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND state = 'active' AND pid <> pg_backend_pid()"
)


def test_cancels_at_any_moment_leave_nothing_on_the_server(opened: Opened) -> None:
    connection = opened()
    chance = random.Random(20260301)  # noqa: S311  # no secret

    def cancel_early() -> None:
        for _ in range(60):
            token = CancelToken()
            timer = threading.Timer(chance.random() * 0.012, token.cancel)
            timer.start()
            options = ExecutionOptions(cancel=token)
            with contextlib.suppress(StatementCancelledError):
                run(connection, _HEAVY, options=options)
            timer.join()

    threads = [threading.Thread(target=cancel_early) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60.0)
    assert 0 == scalar(run(connection, _LEFT))
