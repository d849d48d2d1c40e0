"""Rules of ranges: the text is the server's, and its bounds are checked as values of their type.

The syntax is PostgreSQL's: its manual, "Range Types", and `range_parse_bound` of the server.
"""

from __future__ import annotations

from typing import Any

from sqlcore.domain.type_names import TypeName
from sqlcore.domain.values import ServerText
from sqlcore.services.calling.rules import RefusedValueError, TypeRule, always, describe, fixed
from sqlcore.services.calling.texts import check_text

__all__ = ["multirange_of", "range_of"]

_EMPTY = "empty"


def range_of(name: str, bound: TypeRule, *, example: str) -> TypeRule:
    """Make the rule of a range type.

    Args:
        name: Of the type.
        bound: The rule of its bounds.
        example: A range in its JSON form.
    """

    def check(value: Any, _: TypeName) -> ServerText:
        reader = _Reader(_text(value), bound)
        reader.range()
        reader.end()
        return ServerText(reader.text)

    return _rule(
        name,
        check,
        example,
        accepts="string: `[` or `(`, two bounds with a comma between them, `]` or `)`; or `empty`",
        limits=f"bounds as of `{bound.names[0]}`; one that is left out is infinite",
    )


def multirange_of(name: str, bound: TypeRule, *, example: str) -> TypeRule:
    """Make the rule of a multirange type.

    Args:
        name: Of the type.
        bound: The rule of the bounds of its ranges.
        example: A multirange in its JSON form.
    """

    def check(value: Any, _: TypeName) -> ServerText:
        reader = _Reader(_text(value), bound)
        reader.take("{")
        if not reader.takes("}"):
            reader.range()
            while reader.takes(","):
                reader.range()
            reader.take("}")
        reader.end()
        return ServerText(reader.text)

    return _rule(
        name,
        check,
        example,
        accepts="string: ranges with commas between them, in braces",
        limits=f"bounds as of `{bound.names[0]}`",
    )


def _rule(name: str, check: Any, example: str, *, accepts: str, limits: str) -> TypeRule:
    return TypeRule(
        names=name,
        spelling=name,
        check=check,
        schema=fixed(type="string"),
        example=always(example),
        python="`ServerText`",
        accepts=accepts,
        limits=limits,
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise RefusedValueError(f"it is {describe(value)}, not a range in a text")
    return check_text(value, allows_nul=False)


class _Reader:
    """Reads a text of ranges from left to right."""

    def __init__(self, text: str, bound: TypeRule) -> None:
        self.text = text
        self._bound = bound
        self._type = TypeName.parse(bound.names[0])
        self._at = 0

    def takes(self, signs: str) -> bool:
        """Take one of some signs, and blanks before it, if it is next."""
        self._skip_blanks()
        is_next = self._at < len(self.text) and self.text[self._at] in signs
        self._at += is_next
        return is_next

    def take(self, signs: str) -> None:
        """Take one of some signs, which must be next."""
        if not self.takes(signs):
            raise _misshapen()

    def end(self) -> None:
        """Refuse anything but blanks."""
        self._skip_blanks()
        if self._at < len(self.text):
            raise _misshapen()

    def range(self) -> None:
        """Take a range, and check its bounds."""
        self._skip_blanks()
        after = self._at + len(_EMPTY)
        if self.text[self._at : after].lower() == _EMPTY:
            self._at = after
            return
        self.take("[(")
        self._check(self._next_bound(","), "lower")
        self._check(self._next_bound("])"), "upper")

    def _skip_blanks(self) -> None:
        while self._at < len(self.text) and self.text[self._at].isspace():
            self._at += 1

    def _check(self, written: str | None, which: str) -> None:
        if written is None:
            return
        try:
            self._bound.check(written, self._type)
        except RefusedValueError as error:
            raise RefusedValueError(f"of the {which} bound, {error}") from None

    def _next_bound(self, closing: str) -> str | None:
        """Take a bound and the sign behind it; None for an infinite one."""
        written: list[str] = []
        begin, is_quoted = self._at, False
        while True:
            sign = self.text[self._at : self._at + 1]
            if not sign:
                raise _misshapen()
            self._at += 1
            if sign == "\\":
                written.append(self.text[self._at : self._at + 1])
                self._at += 1
            elif sign == '"' and is_quoted and self.text[self._at : self._at + 1] == '"':
                written.append('"')
                self._at += 1
            elif sign == '"':
                is_quoted = not is_quoted
            elif not is_quoted and sign in ",])":
                if sign not in closing:
                    raise _misshapen()
                return None if self._at == begin + 1 else "".join(written)
            else:
                written.append(sign)


def _misshapen() -> RefusedValueError:
    return RefusedValueError("its brackets, commas or quotes are not those of a range")
