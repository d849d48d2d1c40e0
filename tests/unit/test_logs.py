"""What the library logs holds no values."""

from __future__ import annotations

import logging

import pytest
import structlog

from sqlcore.services.logs import get_logger


def test_a_traceback_shows_no_values_of_variables(caplog: pytest.LogCaptureFixture) -> None:
    structlog.reset_defaults()  # what captured logs before counts as a configuration
    value = "in no line of the traceback"

    def fail(row: tuple[str, ...]) -> None:
        raise RuntimeError(f"a row of {len(row)}")

    with caplog.at_level(logging.ERROR):
        try:
            fail((value,))
        except RuntimeError as error:
            get_logger("sqlcore.test").error("session_failed", exc_info=error)
    (record,) = caplog.records
    assert "session_failed" in record.getMessage()
    assert "RuntimeError: a row of 1" in record.getMessage()
    assert value not in record.getMessage()
