"""Values as the driver gives them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from sqlcore.adapters.mssql.values import read_rows
from sqlcore.errors import ExecutionError


def test_a_value_that_python_has_no_object_for_is_an_error_that_says_so() -> None:
    def read(_: int) -> list[tuple[Any, ...]]:
        return [(dt.time(24),)]

    with pytest.raises(ExecutionError, match=r"hour must be in 0\.\.23.*CAST"):
        read_rows(read, 10)
