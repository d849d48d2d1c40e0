"""Names of things in a database: parsed here, quoted only by an adapter."""

from __future__ import annotations

import functools

import attrs

from sqlcore.errors import InvalidArgumentError

__all__ = ["QualifiedName"]

_CLOSING = {"[": "]", '"': '"', "`": "`"}
_MOST_PARTS = 3
_LONGEST = 1000
"""In characters: far beyond what any engine takes, so that an error can show the name."""
_NAMES_KEPT = 1000
"""Read once: the names of rules and of what is called often come with every call."""


@attrs.frozen
class QualifiedName:
    """A name with the schema and the database it was qualified with, unquoted.

    Example:
        >>> QualifiedName.parse("[my db].[dbo].[odd]]name]")
        QualifiedName(name='odd]name', schema='dbo', database='my db')
    """

    name: str
    schema: str | None = None
    database: str | None = None

    @classmethod
    def parse(cls, text: str) -> QualifiedName:
        """Read `a`, `a.b`, `a.b.c`, each part bare, `[a]`, `"a"` or in backquotes.

        A doubled closing quote inside a quoted part stands for itself. `a..c` leaves the schema
        to the server's default.

        Raises:
            InvalidArgumentError: The text is empty, too long, has more than three parts or an
                open quote.
        """
        return _parsed(text)

    def in_schema(self, schema: str | None) -> QualifiedName:
        """Fill in the schema where none was given; an empty one counts as not given.

        Raises:
            InvalidArgumentError: Both the name and `schema` say one, and they differ.
        """
        if not schema or schema == self.schema:
            return self
        if self.schema is not None:
            raise InvalidArgumentError(
                f"The name says schema {self.schema!r} and the argument says {schema!r}.",
                parameter="schema",
                hint="Give the schema once.",
            )
        return attrs.evolve(self, schema=schema)

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts that are known, outermost first."""
        return tuple(p for p in (self.database, self.schema, self.name) if p is not None)

    def __str__(self) -> str:
        """Show it to a person: parts that need it stand in double quotes. Never use it as SQL."""
        if self.database is not None and self.schema is None:
            return f"{_show(self.database)}..{_show(self.name)}"
        return ".".join(_show(part) for part in self.parts)


@functools.lru_cache(maxsize=_NAMES_KEPT)
def _parsed(text: str) -> QualifiedName:
    if len(text) > _LONGEST:
        raise InvalidArgumentError(
            f"A name of {len(text):,} characters is longer than any server takes."
        )
    parts = _split(text)
    if len(parts) > _MOST_PARTS:
        raise InvalidArgumentError(
            f"The name {text!r} has {len(parts)} parts; at most three are possible.",
            hint='Write database.schema.name; quote a part that holds a dot: "a.b" or [a.b].',
        )
    name = parts[-1]
    if not name:
        raise InvalidArgumentError(f"The name {text!r} has no last part.")
    outer: list[str | None] = [None] * (_MOST_PARTS - len(parts))
    outer += [part or None for part in parts[:-1]]
    return QualifiedName(name=name, schema=outer[1], database=outer[0])


def _show(part: str) -> str:
    return part if part.replace("_", "a").isalnum() else '"' + part.replace('"', '""') + '"'


def _split(text: str) -> list[str]:
    parts: list[str] = []
    at = 0
    while True:
        part, at = _read_part(text, at)
        parts.append(part)
        if at >= len(text):
            return parts
        at += 1  # the dot


def _read_part(text: str, at: int) -> tuple[str, int]:
    """Read one part from `at`; return it with the offset of the dot behind it, or of the end."""
    while at < len(text) and text[at].isspace():
        at += 1
    closing = _CLOSING.get(text[at : at + 1])
    if closing is None:
        end = text.find(".", at)
        end = len(text) if end < 0 else end
        return text[at:end].strip(), end
    characters: list[str] = []
    at += 1
    while True:
        end = text.find(closing, at)
        if end < 0:
            raise InvalidArgumentError(f"The name {text!r} has a quote that is not closed.")
        characters.append(text[at:end])
        at = end + 1
        if text[at : at + 1] != closing:
            break
        characters.append(closing)
        at += 1
    while at < len(text) and text[at].isspace():
        at += 1
    if at < len(text) and text[at] != ".":
        raise InvalidArgumentError(
            f"The name {text!r} has text behind a closing quote, at character {at + 1}."
        )
    return "".join(characters), at
