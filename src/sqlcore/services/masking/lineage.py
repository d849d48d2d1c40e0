"""Which columns of a query's result may hold values of masked columns.

sqlglot's tree is followed from the outermost query to the relations that it reads. A part that is
not understood counts as masked, unless nothing that it names is. Importing sqlglot costs some
90 ms, so that this module is imported with the first statement under a mask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import attrs
from sqlglot import exp

from sqlcore.services.masking.calls import Calls
from sqlcore.services.masking.functions import OF_TABLES
from sqlcore.services.masking.joins import has_only, is_comma, joined
from sqlcore.services.masking.names import folded
from sqlcore.services.masking.relations import Item, Relation, opaque, renamed, united
from sqlcore.services.masking.scopes import Scope

__all__ = ["Lineage"]

LookUp = Callable[[exp.Table], Relation | None]
"""Gives what the catalog knows of a table of the tree."""


@attrs.frozen
class _Common:
    """A query of a WITH clause.

    Attributes:
        name: As the engine compares it where it compares most strictly; None where several have
            names that only some engines tell apart.
    """

    name: str | None
    relation: Relation


_Queries = Mapping[str, _Common]
"""The queries of WITH clauses by their keys (`Lineage._key`)."""

_OF_SELECT = frozenset(
    {
        *("with_", "expressions", "distinct", "from_", "joins", "laterals", "where", "group"),
        *("having", "windows", "order", "limit", "offset", "locks", "options", "hint", "for_"),
    }
)
_OF_SET = frozenset({"with_", "this", "expression", "distinct", "order", "limit", "offset"})
_OF_SUBQUERY = frozenset({"this", "alias", "with_", "order", "limit", "offset", "joins"})
_OF_TABLE = frozenset(
    {"this", "alias", "db", "catalog", "joins", "only", "sample", "version", "hints", "rows_from"}
)
_OF_WITH = frozenset({"expressions", "recursive"})
_OF_CTE = frozenset({"this", "alias", "materialized"})
_OF_VALUES = frozenset({"expressions", "alias", "order", "limit", "offset"})
_SYSTEM_SCHEMAS = {"postgres": "pg_catalog", "tsql": "sys"}
_MOST_ROUNDS = 200
_NO_VALUE = (exp.Literal, exp.Count, exp.ApproxDistinct, exp.Exists)


class Lineage:
    """Follows one statement."""

    def __init__(self, dialect: str, calls: Calls, look_up: LookUp) -> None:
        self._dialect = dialect
        self._calls = calls
        self._look_up = look_up

    def query(self, node: exp.Expr) -> Relation:
        """Follow a query; the items of what is returned are the columns of its result."""
        if not self.touches(node):
            return opaque(masked=False)
        return attrs.evolve(self._query(node, Scope(), {}), guarded=True)

    def returned(self, node: exp.Insert | exp.Update | exp.Delete | exp.Merge) -> Relation:
        """Follow what a statement that changes rows gives back of them."""
        if not self.touches(node):
            return opaque(masked=False)
        returning = node.args.get("returning")
        target = node.this.this if isinstance(node.this, exp.Schema) else node.this
        if returning is None or not isinstance(target, exp.Table) or node.args.get("with_"):
            return opaque(masked=True)
        before, scope = Scope(), Scope()
        tables = list(node.find_all(exp.Table))
        for table in tables:
            before.bindings.append((folded(table.alias_or_name), self._found(table, {})))
        relation = self._changed(node, self._found(target, {}), before)
        scope.bindings = [
            (alias, relation if table is target else found)
            for table, (alias, found) in zip(tables, before.bindings, strict=True)
        ]
        scope.bindings += [(name, relation) for name in ("inserted", "deleted", "old", "new")]
        scope.star = list(relation.items if len(tables) == 1 else opaque(masked=True).items)
        return Relation(tuple(self._projected(returning.expressions, scope, {})), guarded=True)

    def _changed(self, node: exp.Expr, target: Relation, scope: Scope) -> Relation:
        """Give a table as a statement leaves it: masked values may be in other columns now."""
        if isinstance(node, exp.Delete):
            return target
        if isinstance(node, exp.Update):
            masked = {
                folded(name.name)
                for change in node.expressions
                if self._masked(change.expression, scope, {})
                for name in change.this.find_all(exp.Identifier)
            }
            items = (attrs.evolve(i, masked=i.masked or i.name in masked) for i in target.items)
            return attrs.evolve(target, items=tuple(items))
        source = node.args.get("expression")
        is_plain = isinstance(node, exp.Insert) and not node.args.get("conflict")
        if is_plain and (source is None or not self._query(source, Scope(), {}).masked):
            return target
        items = (attrs.evolve(item, masked=True) for item in target.items)
        return attrs.evolve(target, items=tuple(items))

    def touches(self, node: exp.Expr) -> bool:
        """Say whether anything masked, or anything unknown, is named in a part of a statement."""
        queries = {self._key(query.args["alias"].this) for query in node.find_all(exp.CTE)}
        for table in node.find_all(exp.Table):
            if isinstance(table.this, exp.Identifier):
                relation = self._look_up(table)
                if relation is None:
                    if _is_qualified(table) or self._key(table.this) not in queries:
                        return True
                elif relation.guarded:
                    return True
            elif isinstance(table.this, exp.Func) and not self._is_clean_source(table):
                return True
        return self._calls.may_read(node)

    def _is_clean_source(self, node: exp.Table) -> bool:
        """Say whether a function in FROM gives back nothing masked that it was not given."""
        call = node.this
        if not isinstance(call, exp.Anonymous) or folded(call.name) not in OF_TABLES:
            return self._calls.is_clean_source(node)
        # CONTAINSTABLE(schema.table, …) gives back keys of the table.
        name = call.expressions[0] if call.expressions else None
        if not isinstance(name, exp.Column) or not isinstance(name.this, exp.Identifier):
            return False
        schema, database = name.args.get("table"), name.args.get("db")
        relation = self._look_up(exp.Table(this=name.this, db=schema, catalog=database))
        return relation is not None and not relation.guarded

    # Queries

    def _query(self, node: exp.Expr, outer: Scope, queries: _Queries) -> Relation:
        if isinstance(node, exp.Subquery) and has_only(node, _OF_SUBQUERY):
            inner = self._with(node, outer, queries)
            if not isinstance(node.this, exp.Table) and not node.args.get("joins"):
                return self._query(node.this, outer, inner)
        elif isinstance(node, exp.Select) and has_only(node, _OF_SELECT):
            return self._select(node, outer, self._with(node, outer, queries))
        elif isinstance(node, exp.SetOperation) and has_only(node, _OF_SET):
            inner = self._with(node, outer, queries)
            return united(
                self._query(node.this, outer, inner), self._query(node.expression, outer, inner)
            )
        elif isinstance(node, exp.Values) and has_only(node, _OF_VALUES):
            return self._values(node, outer, queries)
        return self._unknown(node, outer)

    def _unknown(self, node: exp.Expr, outer: Scope) -> Relation:
        """Judge a part that is not followed by everything that it could reach."""
        reaches_out = any(relation.masked for relation in outer.everything())
        return opaque(masked=reaches_out or self.touches(node))

    def _select(self, node: exp.Select, outer: Scope, queries: _Queries) -> Relation:
        scope = self._from(node, outer, queries)
        items = tuple(self._projected(node.expressions, scope, queries))
        if node.args.get("for_"):  # FOR JSON, FOR XML: one text of all columns
            items = (Item(None, any(item.masked for item in items)),)
        return Relation(items)

    def _projected(
        self, expressions: Iterable[exp.Expr], scope: Scope, queries: _Queries
    ) -> Iterator[Item]:
        for node in expressions:
            if isinstance(node, exp.Star):
                plain = has_only(node, frozenset())
                yield from scope.star if plain else opaque(masked=True).items
            elif isinstance(node, exp.Column) and isinstance(node.this, exp.Star):
                yield from self._row_of(node, scope)
            elif isinstance(node, exp.Dot) and isinstance(node.expression, exp.Star):
                yield Item(None, self._masked(node.this, scope, queries), spread=True)
            else:
                name = node.alias_or_name if isinstance(node, exp.Alias | exp.Column) else ""
                masked = self._masked(node, scope, queries)
                yield Item(folded(name) or None, masked)

    def _row_of(self, node: exp.Column, scope: Scope) -> tuple[Item, ...]:
        """Expand `t.*`."""
        bound = scope.bound(folded(node.table))
        if len(bound) == 1:
            return bound[0].items
        return opaque(masked=not bound or any(relation.masked for relation in bound)).items

    def _values(self, node: exp.Values, outer: Scope, queries: _Queries) -> Relation:
        rows = [row.expressions or [row] for row in node.expressions]
        if len({len(row) for row in rows}) != 1:
            return self._unknown(node, outer)
        return Relation(
            tuple(
                Item(f"column{place}", any(self._masked(cell, outer, queries) for cell in cells))
                for place, cells in enumerate(zip(*rows, strict=True), start=1)
            )
        )

    # WITH

    def _with(self, node: exp.Expr, outer: Scope, queries: _Queries) -> _Queries:
        clause = node.args.get("with_")
        if clause is None:
            return queries
        known = dict(queries)
        ctes = clause.expressions
        for index, cte in enumerate(ctes):
            if not has_only(clause, _OF_WITH) or not has_only(cte, _OF_CTE):
                self._note(known, cte, self._unknown(clause, outer))
                continue
            if clause.args.get("recursive"):
                # A query may name one that comes later.
                for later in ctes[index + 1 :]:
                    self._note(known, later, opaque(masked=True))
            self._note(known, cte, self._common(cte, clause, outer, known))
        return known

    def _note(self, known: dict[str, _Common], cte: exp.CTE, relation: Relation) -> None:
        """Add a query to those that are known; which of two alike names is meant stays open."""
        alias = cte.args["alias"].this
        name, exact = self._key(alias), self._exact(alias)
        former = known.get(name)
        if former is not None and former.name != exact:
            known[name] = _Common(None, opaque(masked=former.relation.masked or relation.masked))
        else:
            known[name] = _Common(exact, relation)

    def _key(self, name: exp.Identifier) -> str:
        """Give a name as queries of WITH are kept: PostgreSQL never takes two for the same."""
        return self._exact(name) if self._dialect == "postgres" else folded(name.this)

    def _is_named(self, table: exp.Table, key: str) -> bool:
        return isinstance(table.this, exp.Identifier) and self._key(table.this) == key

    def _exact(self, name: exp.Identifier) -> str:
        text: str = name.this
        if self._dialect == "postgres" and not name.args.get("quoted"):
            text = "".join(letter.lower() if letter.isascii() else letter for letter in text)
        return text

    def _common(self, cte: exp.CTE, clause: exp.With, outer: Scope, queries: _Queries) -> Relation:
        """Follow one query of a WITH clause, round after round where it names itself."""
        alias = cte.args["alias"].this
        name, exact = self._key(alias), self._exact(alias)
        columns = _columns_of(cte.args.get("alias"))
        names_itself = any(
            self._is_named(table, name) and not _is_qualified(table)
            for table in cte.this.find_all(exp.Table)
        )
        may_recur = self._dialect != "postgres" or clause.args.get("recursive")
        if not names_itself:
            return renamed(self._query(cte.this, outer, queries), columns)
        outside = {key: value for key, value in queries.items() if key != name or not may_recur}
        plain = renamed(self._query(cte.this, outer, outside), columns)
        if not may_recur or not isinstance(cte.this, exp.SetOperation):
            return plain
        is_table = any(
            self._look_up(table) is not None
            for table in cte.this.find_all(exp.Table)
            if self._is_named(table, name)
        )
        start = renamed(self._query(cte.this.this, outer, outside), columns)
        # Where a table has the query's name, some engines may mean the table.
        grown = united(start, plain) if is_table else start
        for _ in range(_MOST_ROUNDS):
            with_grown = {**queries, name: _Common(exact, grown)}
            again = renamed(self._query(cte.this, outer, with_grown), columns)
            merged = united(grown, again)
            if merged == grown:
                return grown
            grown = merged
        return opaque(masked=True)

    # FROM

    def _from(self, node: exp.Select, outer: Scope, queries: _Queries) -> Scope:
        scope = Scope(outer)
        clause = node.args.get("from_")
        if clause is not None:
            scope.star = self._source(clause.this, scope, queries)
        joins = node.args.get("joins") or []
        scope.star = self._joined(scope.star, joins, scope, queries)
        for lateral in node.args.get("laterals") or []:
            scope.star = scope.star + self._source(lateral, scope, queries)
        return scope

    def _joined(
        self, left: list[Item], joins: list[exp.Join], scope: Scope, queries: _Queries
    ) -> list[Item]:
        has_comma = False
        for join in joins:
            right = self._source(join.this, scope, queries)
            left = joined(left, right, join, self._dialect, after_comma=has_comma)
            has_comma = has_comma or is_comma(join)
        return left

    def _source(self, node: exp.Expr, scope: Scope, queries: _Queries) -> list[Item]:
        """Add something in FROM to a scope; return its part of `*`."""
        outer = scope.outer or Scope()
        if isinstance(node, exp.Subquery) and isinstance(node.this, exp.Table):
            return self._in_brackets(node, scope, queries)
        joins: list[exp.Join] = []
        if isinstance(node, exp.Table) and has_only(node, _OF_TABLE):
            relation = self._table(node, scope, queries)
            joins = node.args.get("joins") or []
        elif isinstance(node, exp.Subquery) and has_only(node, _OF_SUBQUERY):
            joins = node.args.get("joins") or []
            inner = self._with(node, outer, queries)
            relation = self._query(node.this, outer, inner)
        elif isinstance(node, exp.Lateral) and isinstance(node.this, exp.Subquery):
            relation = self._query(node.this, scope, queries)
        elif isinstance(node, exp.Values) and has_only(node, _OF_VALUES):
            relation = self._values(node, scope, queries)
        elif isinstance(node, exp.Lateral | exp.Unnest):
            inside = [node.this] if isinstance(node, exp.Lateral) else node.expressions
            relation = opaque(masked=any(self._masked(one, scope, queries) for one in inside))
        else:  # PIVOT, MATCH_RECOGNIZE and what else there may be
            relation = self._unknown(node, scope)
        relation = renamed(relation, _columns_of(node.args.get("alias")))
        scope.bindings.append((folded(node.alias_or_name), relation))
        for pivot in node.args.get("pivots") or []:
            scope.bindings.append((folded(pivot.alias), relation))
        return self._joined(list(relation.items), joins, scope, queries)

    def _in_brackets(self, node: exp.Subquery, scope: Scope, queries: _Queries) -> list[Item]:
        """Add a join in brackets: `(a JOIN b ON …)`, with an alias or without."""
        if not has_only(node, _OF_SUBQUERY) or node.args.get("with_"):
            relation = self._unknown(node, scope)
            scope.bindings.append((folded(node.alias_or_name), relation))
            return list(relation.items)
        within = Scope(scope.outer) if node.alias else scope
        items = self._source(node.this, within, queries)
        if node.alias:
            relation = renamed(Relation(tuple(items)), _columns_of(node.args.get("alias")))
            scope.bindings.append((folded(node.alias), relation))
            items = list(relation.items)
        return self._joined(items, node.args.get("joins") or [], scope, queries)

    def _table(self, node: exp.Table, scope: Scope, queries: _Queries) -> Relation:
        functions = node.args.get("rows_from") or []
        if isinstance(node.this, exp.Identifier) and not functions:
            return self._found(node, queries)
        calls = functions or [node]
        clean = all(
            isinstance(call.this, exp.Func)
            and self._is_clean_source(call)
            and not self._masked(call.this, scope, queries)
            for call in calls
        )
        return opaque(masked=not clean)

    def _found(self, node: exp.Table, queries: _Queries) -> Relation:
        if not isinstance(node.this, exp.Identifier):
            return opaque(masked=True)
        common = None if _is_qualified(node) else queries.get(self._key(node.this))
        if common is not None and common.name == self._exact(node.this):
            return common.relation
        relation = self._look_up(node)
        if common is None:
            return opaque(masked=True) if relation is None else relation
        # Some engines tell the two names apart, and mean the table.
        is_masked = common.relation.masked or (relation is not None and relation.masked)
        return opaque(masked=is_masked)

    # Expressions

    def _masked(self, node: exp.Expr, scope: Scope, queries: _Queries) -> bool:
        """Say whether a masked value may flow into an expression's value.

        How many values there are, and whether one is NULL, is no value.
        """
        if isinstance(node, _NO_VALUE) or (
            isinstance(node, exp.Is) and isinstance(node.expression, exp.Null)
        ):
            masked = False
        elif isinstance(node, exp.Column):
            masked = self._is_masked_column(node, scope)
        elif isinstance(node, exp.Query | exp.Values):
            masked = self._query(node, scope, queries).masked
        elif isinstance(node, exp.Star):
            masked = any(item.masked for item in scope.star)
        elif isinstance(node, exp.Identifier):  # a field, a method's object, a collation
            name = folded(node.name)
            masked = name in self._calls.own or scope.column(name, frozenset()) is True
        elif isinstance(node, exp.Dot):
            masked = self._is_masked_path(node, scope, queries)
        elif isinstance(node, exp.Anonymous) and not self._calls.is_clean(node):
            masked = True
        elif isinstance(node, exp.Window) or _is_filtered_count(node):
            # The order of rows, and which of them count, are no value.
            masked = self._masked(node.this, scope, queries)
        else:
            masked = self._any_part(node, scope, queries)
        return masked

    def _any_part(self, node: exp.Expr, scope: Scope, queries: _Queries) -> bool:
        return any(self._masked(part, scope, queries) for part in node.iter_expressions())

    def _is_masked_column(self, node: exp.Column, scope: Scope) -> bool:
        own = self._calls.own
        if isinstance(node.this, exp.Star):
            bound = scope.bound(folded(node.table))
            return not bound or any(relation.masked for relation in bound)
        name = folded(node.name)
        if node.table:
            known = scope.qualified(folded(node.table), name, own)
        else:
            known = scope.column(name, own)
        return known is not False

    def _is_masked_path(self, node: exp.Dot, scope: Scope, queries: _Queries) -> bool:
        """Judge `a.b.f(x)`: a function in a schema, or a method or field of a value."""
        steps = list(node.flatten(unnest=False))
        first = steps[0]
        if not isinstance(first, exp.Identifier):
            return any(self._masked(step, scope, queries) for step in steps)
        if self._calls.is_foreign(node):
            return True
        names = [folded(step.name) for step in steps if isinstance(step, exp.Identifier)]
        calls = [step for step in steps if isinstance(step, exp.Func)]
        if names == [_SYSTEM_SCHEMAS.get(self._dialect)]:
            known: bool | None = False
        elif len(names) > 1 and scope.bound(names[0]):
            known = scope.qualified(names[0], names[1], self._calls.own)
        else:
            known = scope.column(names[0], self._calls.own)
        return known is not False or any(self._any_part(call, scope, queries) for call in calls)


def _is_qualified(table: exp.Table) -> bool:
    """Say whether a name has a schema or a database, left out as it may be: `shop..orders`."""
    return table.args.get("db") is not None or table.args.get("catalog") is not None


def _columns_of(alias: exp.Expr | None) -> list[str]:
    columns = alias.args.get("columns") if isinstance(alias, exp.TableAlias) else None
    return [folded(column.name) for column in columns or []]


def _is_filtered_count(node: exp.Expr) -> bool:
    return isinstance(node, exp.Filter) and isinstance(node.this, exp.Count)
