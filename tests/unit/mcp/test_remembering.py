"""The newest are remembered, and the oldest forgotten."""

from __future__ import annotations

from sqlcore_mcp.remembering import Remembered


def test_the_oldest_are_forgotten() -> None:
    remembered: Remembered[int] = Remembered(2)
    for number in range(3):
        remembered.note(str(number), number)
    assert [remembered.get(str(number)) for number in range(4)] == [None, 1, 2, None]
