"""Calls of functions in sqlglot's trees: which of them may read a table."""

from __future__ import annotations

import attrs
from sqlglot import exp

from sqlcore.services.masking.functions import Functions
from sqlcore.services.masking.names import folded

__all__ = ["Calls"]

_SYSTEM_SCHEMAS = ("pg_catalog", "sys")


@attrs.frozen
class Calls:
    """Judges calls by the functions of a database."""

    functions: Functions

    @property
    def own(self) -> frozenset[str]:
        """Names of functions of the database's own, folded."""
        return self.functions.own

    def may_read(self, node: exp.Expr) -> bool:
        """Say whether a part of a statement may call a function that may read."""
        return (
            any(not self.is_clean(call) for call in node.find_all(exp.Anonymous))
            or any(self.is_foreign(dot) for dot in node.find_all(exp.Dot))
            # `t.f` may call f(t).
            or any(folded(name.name) in self.own for name in node.find_all(exp.Identifier))
        )

    def hidden(self, node: exp.Expr, called: frozenset[str]) -> bool:
        """Say whether a text calls a function that may read where the tree shows another.

        Args:
            node: The tree of the text.
            called: Names before parentheses in the text, folded.
        """
        shown = {folded(call.name) for call in node.find_all(exp.Anonymous)}
        return not (called & self.functions.reading).issubset(shown)

    def is_clean(self, call: exp.Anonymous) -> bool:
        """Say whether a call gives back nothing but what it is given."""
        if isinstance(call.parent, exp.Dot | exp.Table):
            return True  # judged with its schema
        return self.functions.is_clean(call.name)

    def is_clean_source(self, table: exp.Table) -> bool:
        """Say whether a function in FROM reads nothing but what it is given."""
        schema = table.args.get("db")
        if schema is not None and not isinstance(schema, exp.Identifier):
            return False  # shop..f() is of the default schema
        if isinstance(table.this, exp.Anonymous):
            return self.functions.is_clean(table.this.name, schema.name if schema else None)
        return schema is None or folded(schema.name) in _SYSTEM_SCHEMAS

    def is_foreign(self, node: exp.Dot) -> bool:
        """Say whether a dotted call, `schema.f(x)` or `value.method(x)`, may read."""
        steps = list(node.flatten(unnest=False))
        call = steps[-1]
        if not isinstance(call, exp.Func) or not isinstance(steps[0], exp.Identifier):
            return False
        if not isinstance(call, exp.Anonymous):
            return folded(steps[-2].name) not in _SYSTEM_SCHEMAS
        if self.functions.is_method(call.name):
            return folded(steps[0].name) == "dbo"
        schema = steps[-2].name if isinstance(steps[-2], exp.Identifier) else ""
        return not self.functions.is_clean(call.name, schema)
