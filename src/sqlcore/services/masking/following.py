"""Following the text of a statement, and of the views that it reads, to masked columns."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs

from sqlcore.domain.access import Access
from sqlcore.domain.facts import SchemaFacts
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.lexing import LexError, Token, TokenKind, split_statements, tokenize
from sqlcore.services import guarding
from sqlcore.services.masking.functions import Functions
from sqlcore.services.masking.names import folded
from sqlcore.services.masking.relations import Relation, opaque
from sqlcore.services.masking.schema import Schema

if TYPE_CHECKING:
    from sqlglot import exp

__all__ = ["Following"]

_BLANK = (TokenKind.WHITESPACE, TokenKind.COMMENT)
_NAMES = (TokenKind.WORD, TokenKind.QUOTED_IDENTIFIER)


@attrs.frozen
class Following:
    """Follows texts, with what is known of the database now."""

    dialect: str
    schema: Schema
    facts: SchemaFacts

    def statement(self, text: str) -> Relation:
        """Follow a text; the items of what is returned are the columns of its result.

        Raises:
            SqlCoreError: The catalog cannot be read.
        """
        try:
            statements = split_statements(tokenize(text, self.dialect))
        except LexError:
            return opaque(masked=True)
        if len(statements) != 1:
            return opaque(masked=bool(statements))
        tokens = [token for token in statements[0] if token.kind not in _BLANK]
        if self.dialect == "postgres" and tokens[0].text.upper() == "SHOW":
            return opaque(masked=False)
        if self.dialect == "tsql" and not _is_one_read(text):
            return opaque(masked=True)
        return self._follow(text, tokens, None, 0)

    def _view(self, text: str, name: QualifiedName, depth: int) -> Relation | None:
        """Follow the definition of a view; None where it cannot be read."""
        try:
            tokens = [t for t in tokenize(text, self.dialect) if t.kind not in _BLANK]
        except LexError:
            return None
        return self._follow(text, tokens, name, depth)

    def _follow(
        self, text: str, tokens: Sequence[Token], view: QualifiedName | None, depth: int
    ) -> Relation:
        from sqlglot import exp  # noqa: PLC0415  # slow to import

        from sqlcore.services.masking.calls import Calls  # noqa: PLC0415
        from sqlcore.services.masking.lineage import Lineage  # noqa: PLC0415
        from sqlcore.services.masking.trees import explained, parse, view_query  # noqa: PLC0415

        calls = Calls(Functions.of(self.dialect, self.facts))
        called = _called(tokens)
        lineage = Lineage(self.dialect, calls, lambda table: self._look_up(table, view, depth))
        try:
            plan_of = explained(text, tokens, self.dialect)
            if plan_of is not None:  # a plan holds no values but what functions give for constants
                has_own = calls.may_read(plan_of) or calls.hidden(plan_of, called)
                return opaque(masked=has_own, guarded=True)
            tree = parse(text, tokens, self.dialect)
            if tree is not None and view is not None:
                tree = view_query(tree)
            if tree is None or calls.hidden(tree, called):
                return opaque(masked=True)
            if isinstance(tree, exp.Query | exp.Values):
                return lineage.query(tree)
            if isinstance(tree, exp.Insert | exp.Update | exp.Delete | exp.Merge):
                return lineage.returned(tree)
        except RecursionError:  # a query of too many parts
            return opaque(masked=True)
        return opaque(masked=True)

    def _look_up(self, table: exp.Table, view: QualifiedName | None, depth: int) -> Relation | None:
        if not table.name or table.this.args.get("temporary"):
            return None
        database, schema = table.args.get("catalog"), table.args.get("db")
        name = QualifiedName(
            self._folded(table.this),
            self._folded(schema) if schema else None,  # "" in shop..orders
            self._folded(database) if database else None,
        )
        if view is not None and name.schema is None and self.dialect == "tsql":
            # SQL Server looks in the view's own schema first.
            beside = attrs.evolve(name, schema=view.schema)
            found = self.schema.relation(beside, self.facts, self._view, depth)
            if found is not None:
                return found
        return self.schema.relation(name, self.facts, self._view, depth)

    def _folded(self, name: exp.Identifier) -> str:
        text: str = name.this
        is_folded = self.dialect == "postgres" and not name.args.get("quoted")
        return text.lower() if is_folded and text.isascii() else text


def _is_one_read(text: str) -> bool:
    """Say whether a T-SQL text is one statement that reads, whatever it calls.

    T-SQL needs no separator between statements, and sqlglot takes words of a second one for names.
    """
    decision = guarding.decide(text, "tsql", Access.READ)
    return decision.allowed or decision.by_schema


def _called(tokens: Sequence[Token]) -> frozenset[str]:
    """Give the names that stand before a parenthesis, folded."""
    return frozenset(
        folded(token.text.strip('"[]`'))
        for token, after in itertools.pairwise(tokens)
        if after.text == "(" and token.kind in _NAMES
    )
