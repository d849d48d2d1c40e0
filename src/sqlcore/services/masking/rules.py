"""Rules that name masked columns: `table.column`, `schema.table.column`, `*` for any text."""

from __future__ import annotations

import re
from collections.abc import Iterable

import attrs

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.errors import ConfigurationError, InvalidArgumentError

__all__ = ["MaskRules", "parse_rules"]

_ANY = re.compile(".*", re.DOTALL)


@attrs.frozen
class _Rule:
    """One rule; its parts match without regard to case."""

    schema: re.Pattern[str]
    table: re.Pattern[str]
    column: re.Pattern[str]


@attrs.frozen
class MaskRules:
    """All rules of a source."""

    _rules: tuple[_Rule, ...]

    def match(self, schema: str | None, table: str, column: str) -> bool:
        """Say whether a column is masked; an unknown schema counts as any."""
        return any(
            rule.column.fullmatch(column)
            and rule.table.fullmatch(table)
            and (schema is None or rule.schema.fullmatch(schema))
            for rule in self._rules
        )


def parse_rules(rules: Iterable[str]) -> MaskRules:
    """Read the rules of `mask`.

    A part that holds a dot stands in quotes, as in `public."odd.table".email`.

    Raises:
        ConfigurationError: A rule is malformed.
    """
    return MaskRules(tuple(_parse(rule) for rule in rules))


def _parse(rule: str) -> _Rule:
    try:
        name = QualifiedName.parse(rule.strip())
    except InvalidArgumentError:
        name = None
    if name is None or name.schema is None or (name.database is None and rule.count("..")):
        raise ConfigurationError(
            f"The mask {rule!r} names no column.",
            hint='Write table.column or schema.table.column, with * for any text: "*.email".',
            parameter="mask",
        )
    # The three places of a name hold schema, table and column here.
    return _Rule(
        schema=_ANY if name.database is None else _pattern(name.database),
        table=_pattern(name.schema),
        column=_pattern(name.name),
    )


def _pattern(part: str) -> re.Pattern[str]:
    text = ".*".join(re.escape(piece) for piece in part.split("*"))
    return re.compile(text, re.IGNORECASE | re.DOTALL)
