"""What a database's own objects may do beside reading: see `sqlcore.domain.facts`.

The facts are judged once; a statement then costs a few look-ups for each name in it, however large
the database is.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping

import attrs

from sqlcore.domain.facts import RelationFacts, SchemaFacts
from sqlcore.services.guarding.bodies import READS_ONLY, BodyRules, Reach
from sqlcore.services.guarding.decision import Refusal
from sqlcore.services.guarding.mentions import Mention, Mentions
from sqlcore.services.guarding.postgres_bodies import POSTGRES_BODIES
from sqlcore.services.guarding.reaching import EVERYWHERE, Harm, harms_of
from sqlcore.services.guarding.resolving import Index, Key, is_allowed
from sqlcore.services.guarding.tsql_bodies import TSQL_BODIES

__all__ = ["SideEffects", "is_allowed", "unknown_function", "unknown_operator"]

_VOLATILE = Reach(harm="is volatile")
_SQLITE_BODIES = BodyRules(
    routine=lambda routine: READS_ONLY if routine.volatility != "volatile" else _VOLATILE,
    relation=lambda _: READS_ONLY,
    server_function=lambda _: None,
    server_schemas=frozenset(),
    folded=str.lower,
)
_DIALECTS: Mapping[str, BodyRules] = {
    "postgres": POSTGRES_BODIES,
    "tsql": TSQL_BODIES,
    "sqlite": _SQLITE_BODIES,
}
_KINDS = {"foreign_table": "foreign table", "materialized_view": "materialized view"}
_MAX_ALLOW_SETS = 8
"""A configuration has one set of allowed functions; more are there in tests."""


@attrs.define(eq=False)
class SideEffects:
    """Judges mentions against the facts of one database. For many threads."""

    facts: SchemaFacts
    _rules: BodyRules
    _index: Index
    _kinds: Mapping[Key, str]
    _harms: dict[frozenset[str], Mapping[Key, Harm]] = attrs.field(factory=dict)
    _lock: threading.Lock = attrs.field(factory=threading.Lock)

    @classmethod
    def of(cls, facts: SchemaFacts, dialect: str) -> SideEffects:
        """Take in all objects of a database.

        Args:
            facts: What its catalog says.
            dialect: `postgres`, `tsql` or `sqlite`.
        """
        rules = _DIALECTS[dialect]
        folded = rules.folded
        kinds = {
            ("relation", folded(relation.schema), folded(relation.name)): _KINDS.get(
                relation.kind, relation.kind
            )
            for relation in facts.relations
        }
        return cls(facts, rules, Index(facts, rules, facts.search_path), kinds)

    def folded(self, name: str) -> str:
        """Give a name of the catalog as mentions have it."""
        return self._rules.folded(name)

    def refuse(self, mentions: Mentions, allow_functions: frozenset[str]) -> Refusal | None:
        """Find the first mention of something that may do more than read; None where none does."""
        for call in mentions.unknown:
            name = call.name
            if not self._index.has_function(name) and not is_allowed(name, allow_functions):
                return unknown_function(call)
        for operator in self._index.unknown_operators(mentions):
            return unknown_operator(operator)
        harms = self._judged(allow_functions)
        if not harms:
            return None
        if EVERYWHERE in harms:
            return _refusal("An implicit cast", harms[EVERYWHERE], None)
        for key, mention in self._index.reached(mentions):
            if key in harms:
                return _refusal(self._named(key), harms[key], mention)
        return None

    def changes_run_triggers(self, name: tuple[str, ...]) -> bool:
        """Say whether changing a table can run code of the database's own.

        That is triggers, rules, functions in defaults, checks and indexes that may do more than
        read, and writes to foreign tables; also where a foreign key, a child or a view passes the
        change on.

        Args:
            name: Its parts, folded as the dialect does; without a schema, all tables of the name
                on the search path are meant.
        """
        harms = self._judged(frozenset())
        folded = self._rules.folded
        tables = {
            ("relation", folded(relation.schema), folded(relation.name)): relation
            for relation in self.facts.relations
        }
        mention = Mention(tuple(folded(part) for part in name), 0)
        waiting = [key for key, _ in self._index.reached(Mentions(names=(mention,)))]
        seen = set(waiting)
        while waiting:
            relation = tables.get(waiting.pop())
            if relation is None:
                continue
            if self._runs_code(relation, harms):
                return True
            for schema, table in relation.cascades_to:
                key = ("relation", folded(schema), folded(table))
                if key not in seen:
                    seen.add(key)
                    waiting.append(key)
        return False

    def _runs_code(self, relation: RelationFacts, harms: Mapping[Key, Harm]) -> bool:
        folded = self._rules.folded
        return (
            relation.triggers
            or relation.kind == "foreign_table"
            or any(
                ("function", folded(schema), folded(name)) in harms
                for schema, name in relation.changing_calls
            )
        )

    def _judged(self, allow_functions: frozenset[str]) -> Mapping[Key, Harm]:
        harms = self._harms.get(allow_functions)
        if harms is not None:
            return harms
        with self._lock:
            if len(self._harms) >= _MAX_ALLOW_SETS:
                self._harms.clear()
            harms = harms_of(self.facts, self._rules, self._index, allow_functions)
            self._harms[allow_functions] = harms
        return harms

    def _named(self, key: Key) -> str:
        kind = self._kinds.get(key, key[0])
        return f"The {kind} {'.'.join(key[1:])}"


def _refusal(subject: str, harm: Harm, mention: Mention | None) -> Refusal:
    allow = "" if harm.root is None else f"allow {harm.root} for reads (allow_functions), "
    return Refusal(
        f"{subject} {harm.text}, so that it may do more than read.",
        f"Read something else, {allow}or use --access write.",
        None if mention is None else mention.offset,
        by_schema=True,
    )


def unknown_function(call: Mention) -> Refusal:
    """Make the refusal of a function that nothing is known of."""
    name = ".".join(part or "…" for part in call.name)
    return Refusal(
        f"The function {name} is not known to only read.",
        "Use a built-in function, allow it for reads by name (allow_functions), or use --access"
        " write.",
        call.offset,
        by_schema=True,
    )


def unknown_operator(operator: Mention) -> Refusal:
    """Make the refusal of an operator that nothing is known of."""
    return Refusal(
        f"The operator {'.'.join(operator.name)} is not known to only read.",
        "Write the operator plainly, or use --access write.",
        operator.offset,
        by_schema=True,
    )
