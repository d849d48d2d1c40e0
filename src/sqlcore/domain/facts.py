"""What a database says of its own objects, as far as it decides whether a read only reads.

Adapters read it set-wise; the guard judges it (`sqlcore.services.guarding.effects`).
"""

from __future__ import annotations

import attrs

__all__ = [
    "OperatorFacts",
    "RelationFacts",
    "RoutineFacts",
    "SchemaFacts",
    "SchemaName",
    "TypeFacts",
]

SchemaName = tuple[str, str]
"""Schema and name, as the catalog has them."""


@attrs.frozen(kw_only=True)
class RoutineFacts:
    """A function that did not come with the server; each overload is one.

    Functions that no query can call (procedures, trigger functions) are left out.

    Attributes:
        volatility: `immutable`, `stable` or `volatile`; None where the engine does not tell.
        language: In lower case: `sql`, `plpgsql`, `c`, `tsql`, `clr` …; `aggregate` where it is an
            aggregate, which is no more than what it calls.
        trusted: Whether its language keeps it inside the database.
        security_definer: Whether it runs with its owner's rights.
        extension: The extension that it belongs to.
        body: Its text; None where it has none or the login may not see it.
        calls: Functions that the catalog knows it to call: parts of an aggregate, a parsed body,
            defaults of its arguments.
        reads: Relations that the catalog knows it to read.
        types: Types that the catalog knows it to convert to.
        search_path: Schemas in which its body looks for names, where it has its own.
        takes_one: Whether it can be called with one argument, so as `(value).name` too.
        takes_row: Whether that can be a row, so that `table.name` calls it.
    """

    schema: str
    name: str
    owner: str = ""
    volatility: str | None = None
    language: str = ""
    trusted: bool = True
    security_definer: bool = False
    extension: str | None = None
    body: str | None = attrs.field(default=None, repr=False)
    calls: frozenset[SchemaName] = frozenset()
    reads: frozenset[SchemaName] = frozenset()
    types: frozenset[SchemaName] = frozenset()
    search_path: tuple[str, ...] = ()
    takes_one: bool = True
    takes_row: bool = True


@attrs.frozen(kw_only=True)
class RelationFacts:
    """A relation whose reading or changing runs something; plain tables are left out.

    Attributes:
        kind: `view`, `table`, `foreign_table`, `synonym` …
        calls: Functions that reading it runs: of a view's query, of row-level security, of columns
            that are computed when they are read, of types of its columns, of a foreign table's
            wrapper. Those that came with the server are named only where they could be harmful.
        reads: Relations that reading it reads: of a view, children of a parent, a synonym's base.
        types: Types of the database's own that reading it converts to.
        text: Its definition, where the catalog does not name what it calls; None where it has none
            or the login may not see it.
        external: What outside the database it reads, where that is not a function of a wrapper.
        external_program: Whether reading it starts a program of the operating system.
        triggers: Whether changing it runs triggers or rules of users.
        changing_calls: Functions that changing it runs: of defaults, checks and indexes.
        cascades_to: Tables that change when its rows do: by foreign keys (ON DELETE, ON UPDATE),
            children of a parent, the base of a view.
    """

    schema: str
    name: str
    kind: str
    calls: frozenset[SchemaName] = frozenset()
    reads: frozenset[SchemaName] = frozenset()
    types: frozenset[SchemaName] = frozenset()
    text: str | None = attrs.field(default=None, repr=False)
    external: str | None = None
    external_program: bool = False
    triggers: bool = False
    changing_calls: frozenset[SchemaName] = frozenset()
    cascades_to: frozenset[SchemaName] = frozenset()


@attrs.frozen(kw_only=True)
class OperatorFacts:
    """An operator that did not come with the server; `name` is its symbol."""

    schema: str
    name: str
    calls: frozenset[SchemaName]


@attrs.frozen(kw_only=True)
class TypeFacts:
    """A type whose values run functions as they are made: a domain's checks, casts, input.

    Attributes:
        calls: The functions.
        types: Types that it is made of.
    """

    schema: str
    name: str
    calls: frozenset[SchemaName] = frozenset()
    types: frozenset[SchemaName] = frozenset()


@attrs.frozen(kw_only=True)
class SchemaFacts:
    """All of it, for one database.

    Attributes:
        everywhere: Functions that any statement may run without naming anything: of implicit casts
            between types that came with the server.
        search_path: Schemas in which the server looks for a name without one, in its order.
    """

    routines: tuple[RoutineFacts, ...] = ()
    relations: tuple[RelationFacts, ...] = ()
    operators: tuple[OperatorFacts, ...] = ()
    types: tuple[TypeFacts, ...] = ()
    everywhere: frozenset[SchemaName] = frozenset()
    search_path: tuple[str, ...] = ()
