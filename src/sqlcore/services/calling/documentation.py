"""The page on types of parameters, written from the rules themselves.

`python -m sqlcore.services.calling.documentation > docs/procedure-types.md` writes it anew.
"""

from __future__ import annotations

import json
import sys

from sqlcore.domain.types import SqlType
from sqlcore.services.calling.checking import RULES, type_rule
from sqlcore.services.calling.rules import TypeRule

__all__ = ["page"]

_TITLES = {
    "tsql": "SQL Server",
    "postgres": "PostgreSQL",
    "sqlite": "The in-memory database",
}

_INTRODUCTION = """\
# Values of procedures' parameters

Made from the code by `python -m sqlcore.services.calling.documentation`. How procedures are called:
[procedures.md](procedures.md); how values come back: [values.md](values.md).

Every value is checked before anything is sent. All that is wrong comes in one error: the parameter,
its exact type, what is wrong, and an example of a good value. The error never repeats a value.

Nothing is cut or rounded silently. A value that the type cannot hold as it is given is an error;
only the fraction of a `float` or `real` becomes the nearest one, as floats do.

- **Left out** is left to the server's default. **null** is NULL, and no default.
- **Names** of parameters may have a leading `@`. SQL Server's compare without regard to case,
  PostgreSQL's as they are or in lower case. A parameter without a name is `$1`, `$2` … by its
  place among all parameters.
- **By place**: a list has the values of the parameters that take one, in their order. A list with a
  null in the place of each OUT parameter is taken as well. All further values go to a variadic
  parameter; a list that stands alone there is all of them.
- **Overloads** are told apart by the names and the number of arguments, then by which values pass
  the checks, then by the fewest parameters left out. Several that are left are an error.
- **Numbers**: a JSON number is taken for what its text says, so `0.1` is exactly 0.1 for a
  `decimal`. Integers beyond 2^53 and decimals of more than 15 digits are strings of their digits:
  programs lose digits of such numbers before they come here.
- **Dates and times** are strings of ISO 8601: `2026-06-30`, `13:45:00.5`, `2026-06-30T13:45:00`,
  with `Z` or `+02:00` where the type keeps the offset. An offset is needed there, and refused where
  the type would drop it. There is no second 60.
- **Binary** is `0x` and hexadecimal digits, or base64. A text that begins with `0x` is
  never base64.
- **Text** must be text: a number is not made one. Half of a surrogate pair is no character;
  PostgreSQL's text cannot hold NUL.
- **`varchar`, `char` and `text` of SQL Server** keep text in the code page of a collation.
  Characters that it lacks are an error, where the server would write `?`. It is the collation of
  the type, then of the server, and else code page 1252.
- **Table types**: a list of rows, each an object by column names, or a list of all columns. A
  column left out of an object is NULL. The error names row and column.
- **Composite types**: an object by field names, or a list of all fields. A field may be a
  composite type or an array itself, and is checked as deep as it goes. Only where types within
  types come to more than 2,000 fields, inner ones are given as the server spells them.
- **Arrays**: a list, nested for each dimension, all lists of one length; null is NULL. Of types
  whose values may be lists (json, composite types) an array has one dimension.
- **Ranges and multiranges**: as the server spells them; the bounds are checked as values of their
  type. Of ranges that somebody defined, the server reads the bounds.
- **Enums**: one of the labels. **Domains and alias types**: as the type that they stand on, in
  arrays and composite types as well. What a domain's CHECK says, the server sees to.
- **Types that are not in the table** but of a known kind: as the widest type of that kind. All
  others: the text, number or truth value goes as text, and the server reads it as the declared
  type.

Programs in Python may give Python's own values too: `Decimal`, `bytes`, `datetime`, `UUID`
and so on.
"""
_HEADER = (
    "| type | value in JSON | range, limits | example | Python value sent |\n"
    "|---|---|---|---|---|\n"
)


def page() -> str:
    """Write the page."""
    parts = [_INTRODUCTION]
    for dialect, title in _TITLES.items():
        rules, other = RULES[dialect]
        rows = "".join(_row(rule, dialect) for rule in (*rules, other))
        parts.append(f"\n## {title}\n\n{_HEADER}{rows}")
    return "".join(parts)


def _row(rule: TypeRule, dialect: str) -> str:
    example = type_rule(SqlType(name=rule.spelling), dialect).example
    cells = (_names(rule), rule.accepts, rule.limits, f"`{json.dumps(example)}`", rule.python)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _names(rule: TypeRule) -> str:
    if rule.spelling not in rule.names and "(" not in rule.spelling:
        return rule.spelling
    return ", ".join(f"`{name}`" for name in (rule.spelling, *rule.names[1:]))


if __name__ == "__main__":
    sys.stdout.write(page())
