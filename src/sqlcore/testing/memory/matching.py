"""Patterns of names."""

from __future__ import annotations

import re

__all__ = ["name_pattern"]


def name_pattern(pattern: str) -> re.Pattern[str]:
    """Read a pattern in which `*` and `%` stand for any text; case does not matter."""
    parts = (".*" if part in "*%" else re.escape(part) for part in re.split("([*%])", pattern))
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)
