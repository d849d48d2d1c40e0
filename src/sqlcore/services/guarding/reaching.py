"""Which objects of a database may do more than read, by all that they reach."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator

import attrs

from sqlcore.domain.facts import SchemaFacts, SchemaName
from sqlcore.services.guarding.bodies import BodyRules, Reach
from sqlcore.services.guarding.mentions import Mention, Mentions

__all__ = ["EVERYWHERE", "Harm", "Index", "Key", "harms_of", "is_allowed"]

Key = tuple[str, str, str]
"""What it is (`function`, `relation`, `type`, `operator`), its schema and its name."""
EVERYWHERE: Key = ("everywhere", "", "")
"""Stands for any statement; see `SchemaFacts.everywhere`."""
_PROGRAM = Reach(harm="starts a program on the server", forbidden=True)
_MAX_STEPS = 4
"""A longer path is told by its first step and its end."""


@attrs.frozen
class Harm:
    """Why an object may do more than read.

    Attributes:
        text: To follow the object's name.
        cause: The object at the end of the path and its harm.
        root: The function that a setting could allow, as `schema.name`; None where none could.
        steps: How many objects the path has behind this one.
    """

    text: str
    cause: str
    root: str | None
    steps: int = 0

    def of_user(self, verb: str, name: str) -> Harm:
        """Give the harm of what reaches an object with this one."""
        if self.steps < _MAX_STEPS:
            text = f"{verb} {name}, which {self.text}"
        else:
            text = f"{verb} {name} and in the end {self.cause}"
        return Harm(text, self.cause, self.root, self.steps + 1)


class Index:
    """Finds the objects that the names in a text can mean."""

    def __init__(self, facts: SchemaFacts, rules: BodyRules, path: Iterable[str]) -> None:
        self._path = frozenset(rules.folded(schema) for schema in path)
        self._folded = rules.folded
        self._functions: dict[tuple[str, ...], set[Key]] = defaultdict(set)
        self._relations: dict[tuple[str, ...], set[Key]] = defaultdict(set)
        self._types: dict[tuple[str, ...], set[Key]] = defaultdict(set)
        self._operators: dict[tuple[str, ...], set[Key]] = defaultdict(set)
        self._of_values: dict[str, set[Key]] = defaultdict(set)
        self._of_rows: dict[str, set[Key]] = defaultdict(set)
        for routine in facts.routines:
            key = self._add(self._functions, "function", routine.schema, routine.name)
            if key[1] in self._path and routine.takes_one:
                self._of_values[key[2]].add(key)
                if routine.takes_row:
                    self._of_rows[key[2]].add(key)
        for relation in facts.relations:
            self._add(self._relations, "relation", relation.schema, relation.name)
        for kind in facts.types:
            self._add(self._types, "type", kind.schema, kind.name)
        for operator in facts.operators:
            self._add(self._operators, "operator", operator.schema, operator.name)

    def _add(
        self, found: dict[tuple[str, ...], set[Key]], kind: str, schema: str, name: str
    ) -> Key:
        key = (kind, self._folded(schema), self._folded(name))
        found[key[1:]].add(key)
        if key[1] in self._path:
            found[key[2:]].add(key)
        return key

    def has_function(self, name: tuple[str, ...]) -> bool:
        """Say whether a called name can mean a function of the database's own."""
        return (name if len(name) == 1 else name[-2:]) in self._functions

    def on_path(self, schema: str) -> bool:
        """Say whether names without a schema are looked for in a schema."""
        return schema in self._path

    def reached(self, mentions: Mentions) -> Iterator[tuple[Key, Mention]]:
        """Give every object that the mentions can mean."""
        for mention in mentions.functions:
            name = mention.name if len(mention.name) == 1 else mention.name[-2:]
            for key in self._functions.get(name, ()):
                yield key, mention
            for key in self._types.get(name, ()):  # type(value) casts
                yield key, mention
        for mention in mentions.names:
            name = mention.name
            if len(name) == 1:
                for key in self._relations.get(name, ()):
                    yield key, mention
            else:
                for key in self._of_chain(name):
                    yield key, mention
        for mention in mentions.types:
            for key in self._types.get(mention.name, ()):
                yield key, mention
        for mention in mentions.operators:
            for key in self._operators.get(mention.name, ()):
                yield key, mention

    def _of_chain(self, name: tuple[str, ...]) -> Iterator[Key]:
        for at in range(len(name) - 1):
            pair = name[at : at + 2]
            yield from self._relations.get(pair, ())
            yield from self._types.get(pair, ())
        last = name[-1]
        yield from (self._of_values if name[0] == "" else self._of_rows).get(last, ())
        if name[0] == "":
            yield from self._types.get((last,), ())


def is_allowed(name: tuple[str, ...], allow_functions: frozenset[str]) -> bool:
    """Say whether the configuration names a function: `schema.name`, `schema.*` or `name`."""
    if not allow_functions:
        return False
    return ".".join(name).lower() in allow_functions or (
        len(name) > 1 and f"{name[-2]}.*".lower() in allow_functions
    )


class _Graph:
    """Objects, what harms by itself, and who reaches whom."""

    def __init__(self) -> None:
        self.harms: dict[Key, Harm] = {}
        self.users: dict[Key, set[tuple[Key, str]]] = defaultdict(set)

    def spread(self) -> dict[Key, Harm]:
        """Give each object that reaches harm a harm of its own, by the shortest path."""
        waiting = deque(self.harms)
        while waiting:
            key = waiting.popleft()
            for user, verb in sorted(self.users[key]):
                if user not in self.harms:
                    self.harms[user] = self.harms[key].of_user(verb, ".".join(key[1:]))
                    waiting.append(user)
        return self.harms


@attrs.frozen
class _Builder:
    rules: BodyRules
    index: Index
    bodies: Index
    allow: frozenset[str]
    functions: frozenset[Key]
    graph: _Graph = attrs.field(factory=_Graph)

    def is_allowed(self, name: SchemaName) -> bool:
        return is_allowed(name, self.allow) or (
            self.index.on_path(name[0]) and is_allowed(name[1:], self.allow)
        )

    def key(self, kind: str, name: SchemaName) -> Key:
        return (kind, self.rules.folded(name[0]), self.rules.folded(name[1]))

    def harm(self, key: Key, text: str, root: str | None = None) -> None:
        cause = f"{'.'.join(key[1:])}, which {text}"
        self.graph.harms.setdefault(key, Harm(text, cause, root))

    def add(self, key: Key, reach: Reach) -> None:
        """Note what an object reaches by its text."""
        root = ".".join(key[1:]) if key[0] == "function" and not reach.forbidden else None
        if reach.harm is not None:
            self.harm(key, reach.harm, root)
            return
        for call in reach.mentions.unknown:
            if not self.bodies.has_function(call.name) and not is_allowed(call.name, self.allow):
                name = ".".join(part or "…" for part in call.name)
                self.harm(key, f"calls {name}, which is not known to only read", root or name)
        for other, _ in self.bodies.reached(reach.mentions):
            self.uses(key, other)

    def uses(self, key: Key, other: Key) -> None:
        verb = {"function": "calls", "relation": "reads", "type": "converts to"}.get(
            other[0], "uses the operator"
        )
        self.graph.users[other].add((key, verb))

    def calls(self, key: Key, names: Iterable[SchemaName]) -> None:
        """Note functions that the catalog knows to be called."""
        for name in names:
            other = self.key("function", name)
            self.uses(key, other)
            if other in self.functions:
                continue
            if name[0] in self.rules.server_schemas:
                text = self.rules.server_function(name)
                if text is not None:
                    self.harm(other, text)
            elif not self.is_allowed(other[1:]):
                self.harm(other, "is not known to only read", ".".join(name))

    def needs(self, key: Key, kind: str, names: Iterable[SchemaName]) -> None:
        """Note relations or types that the catalog knows to be reached."""
        for name in names:
            self.uses(key, self.key(kind, name))


def harms_of(
    facts: SchemaFacts, rules: BodyRules, index: Index, allow: frozenset[str]
) -> dict[Key, Harm]:
    """Find all objects that may do more than read.

    A text of the database's own looks for names in the search path of the server session, or of
    any function that sets its own and may have called it.

    Args:
        facts: The facts of the database.
        rules: The rules of its dialect.
        index: Of the names, by the search path of the server session.
        allow: Functions that may be called, as in the configuration.
    """
    path = {*facts.search_path}.union(*(routine.search_path for routine in facts.routines))
    bodies = Index(facts, rules, path)
    functions = frozenset(
        ("function", rules.folded(routine.schema), rules.folded(routine.name))
        for routine in facts.routines
    )
    builder = _Builder(rules, index, bodies, allow, functions)
    for routine in facts.routines:
        key = builder.key("function", (routine.schema, routine.name))
        reach = rules.routine(routine)
        if builder.is_allowed(key[1:]) and not reach.forbidden:
            continue
        builder.add(key, reach)
        if reach.harm is None:
            builder.calls(key, routine.calls)
            builder.needs(key, "relation", routine.reads)
            builder.needs(key, "type", routine.types)
    for relation in facts.relations:
        key = builder.key("relation", (relation.schema, relation.name))
        builder.add(key, _PROGRAM if relation.external_program else rules.relation(relation))
        builder.calls(key, relation.calls)
        builder.needs(key, "relation", relation.reads)
        builder.needs(key, "type", relation.types)
    for operator in facts.operators:
        builder.calls(builder.key("operator", (operator.schema, operator.name)), operator.calls)
    for kind in facts.types:
        key = builder.key("type", (kind.schema, kind.name))
        builder.calls(key, kind.calls)
        builder.needs(key, "type", kind.types)
    for name in facts.everywhere:
        builder.calls(EVERYWHERE, (name,))
    return builder.graph.spread()
