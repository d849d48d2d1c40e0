"""Short ways to ask the rule of a type."""

from __future__ import annotations

from typing import Any

import pytest

from sqlcore.domain.types import SqlType
from sqlcore.services.calling.checking import type_rule
from sqlcore.services.calling.composing import FlawedValueError


def check(dialect: str, type_name: str, value: Any, collation: str | None = None) -> Any:
    """Give what the adapter would send."""
    return type_rule(SqlType(name=type_name), dialect, collation).check(value)


def refusal(dialect: str, type_name: str, value: Any, collation: str | None = None) -> str:
    """Give why a value is refused."""
    with pytest.raises(FlawedValueError) as caught:
        check(dialect, type_name, value, collation)
    (flaw,) = caught.value.flaws
    return flaw.reason


def accepts(dialect: str, type_name: str, value: Any) -> bool:
    """Say whether a value is taken."""
    try:
        check(dialect, type_name, value)
    except FlawedValueError:
        return False
    return True
