"""What a statement changed: two looks at a server, compared part by part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

__all__ = ["State", "changed_parts", "is_harmful", "parts_of", "said"]

State = Mapping[str, str]
"""What a look at a server gives: the name of a part, and its content or a sum of it."""

_NO_HARM = ("nothing", "rejected", "not run")


def changed_parts(before: State, after: State) -> list[str]:
    """Name the parts in which two states differ."""
    return sorted(
        part for part in before.keys() | after.keys() if before.get(part) != after.get(part)
    )


def said(seen: Iterable[str], error: str | None) -> str:
    """Write down what was seen of one statement: the parts it changed, or why it did not."""
    parts = dict.fromkeys(seen)
    if len(parts) > 1:  # A segment of the log ends now and then, whatever is written.
        parts.pop("write-ahead log", None)
    if parts:
        return ", ".join(parts)
    return f"rejected: {error}" if error else "nothing"


def is_harmful(seen: str) -> bool:
    """Tell whether what was seen is harm."""
    return not seen.startswith(_NO_HARM)


def parts_of(seen: str) -> set[str]:
    """Name the parts that were seen to change."""
    return set(seen.split(", ")) if is_harmful(seen) else set()
