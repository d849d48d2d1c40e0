"""Errors as a model reads them."""

from __future__ import annotations

import pytest

from sqlcore.errors import InvalidArgumentError, PolicyError, SqlCoreError
from sqlcore_mcp.calling import ToolOutcome


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            PolicyError("DELETE is not a read.", hint="Leave it.", line=1, position=4),
            "[refused] DELETE is not a read. (line 1, character 4) Leave it.",
        ),
        (
            PolicyError("A string is not closed at line 1, character 4.", line=1, position=4),
            "[refused] A string is not closed at line 1, character 4.",
        ),
        (
            InvalidArgumentError("It is empty.", parameter="query"),
            '[invalid_argument] It is empty. (parameter "query")',
        ),
        (
            InvalidArgumentError('"query" is empty.', parameter="query"),
            '[invalid_argument] "query" is empty.',
        ),
    ],
)
def test_the_place_is_told_once(error: SqlCoreError, text: str) -> None:
    assert text == ToolOutcome.of_error(error).text
