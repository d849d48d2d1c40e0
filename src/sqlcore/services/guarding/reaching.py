"""Which objects of a database may do more than read, by all that they reach."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable

import attrs

from sqlcore.domain.facts import (
    OperatorFacts,
    RelationFacts,
    RoutineFacts,
    SchemaFacts,
    SchemaName,
    TypeFacts,
)
from sqlcore.services.guarding.bodies import BodyRules, Reach
from sqlcore.services.guarding.resolving import Index, Key, is_allowed

__all__ = ["EVERYWHERE", "Harm", "harms_of"]

EVERYWHERE: Key = ("everywhere", "", "")
"""Stands for any statement; see `SchemaFacts.everywhere`."""

_PROGRAM = Reach(harm="starts a program on the server", forbidden=True)
_VERBS = {"function": "calls", "relation": "reads", "type": "converts to"}
_MAX_STEPS = 4
"""A longer path is told by its first step and its end."""

_Path = tuple[str, ...]
_Node = tuple[Key, _Path]
"""An object, and the search path under which it runs."""
_Object = RoutineFacts | RelationFacts | TypeFacts | OperatorFacts


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


def harms_of(
    facts: SchemaFacts, rules: BodyRules, index: Index, allow: frozenset[str]
) -> dict[Key, Harm]:
    """Find all objects that may do more than read when a statement names them.

    Args:
        facts: The facts of the database.
        rules: The rules of its dialect.
        index: Of the names, by the search path of the server session.
        allow: Functions that may be called, as in the configuration.
    """
    walk = _Walk(facts, rules, index, allow)
    walk.follow()
    return walk.harms()


class _Walk:
    """Follows who reaches whom, and spreads harm backwards.

    A text looks for names in the search path of whoever runs it: of the function itself where it
    sets one, else of what called it, at the outset of the server session.
    """

    def __init__(
        self, facts: SchemaFacts, rules: BodyRules, index: Index, allow: frozenset[str]
    ) -> None:
        self._facts = facts
        self._rules = rules
        self._allow = allow
        self._indexes: dict[_Path, Index] = {facts.search_path: index}
        self._harms: dict[_Node, Harm] = {}
        self._users: dict[_Node, set[_Node]] = defaultdict(set)
        self._objects: dict[Key, list[_Object]] = defaultdict(list)
        self._waiting: list[_Node] = []
        self._known: set[_Node] = set()
        kinds: tuple[tuple[str, tuple[_Object, ...]], ...] = (
            ("function", facts.routines),
            ("relation", facts.relations),
            ("type", facts.types),
            ("operator", facts.operators),
        )
        for kind, objects in kinds:
            for one in objects:
                self._objects[self._key(kind, (one.schema, one.name))].append(one)

    def follow(self) -> None:
        """Look at all objects, under each search path that can hold when they run."""
        session = self._facts.search_path
        for key in self._objects:
            self._meet((key, session))
        self._calls((EVERYWHERE, session), session, self._facts.everywhere)
        while self._waiting:
            node = self._waiting.pop()
            for one in self._objects[node[0]]:
                self._look_at(node, one)

    def harms(self) -> dict[Key, Harm]:
        """Spread harm to all that reach it, by the shortest path."""
        waiting = deque(sorted(self._harms))
        while waiting:
            node = waiting.popleft()
            key, harm = node[0], self._harms[node]
            for user in sorted(self._users[node]):
                if user not in self._harms:
                    verb = _VERBS.get(key[0], "uses the operator")
                    self._harms[user] = harm.of_user(verb, ".".join(key[1:]))
                    waiting.append(user)
        session = self._facts.search_path
        return {key: harm for (key, path), harm in self._harms.items() if path == session}

    def _look_at(self, node: _Node, one: _Object) -> None:
        key, path = node
        if isinstance(one, RoutineFacts):
            reach = self._rules.routine(one)
            if not reach.forbidden and self._is_allowed(key[1:]):
                return
            path = self._own_path(one) or path
            self._reaches(node, path, reach)
            if reach.harm is not None:
                return
            self._needs(node, path, "relation", one.reads)
        elif isinstance(one, RelationFacts):
            reach = _PROGRAM if one.external_program else self._rules.relation(one)
            self._reaches(node, path, reach)
            self._needs(node, path, "relation", one.reads)
        self._calls(node, path, one.calls)
        if not isinstance(one, OperatorFacts):
            self._needs(node, path, "type", one.types)

    def _reaches(self, node: _Node, path: _Path, reach: Reach) -> None:
        """Note what an object reaches by its text."""
        key = node[0]
        if reach.harm is not None:
            can_be_allowed = key[0] == "function" and not reach.forbidden
            self._harm(node, reach.harm, ".".join(key[1:]) if can_be_allowed else None)
            return
        index = self._index(path)
        for call in reach.mentions.unknown:
            if not index.has_function(call.name) and not is_allowed(call.name, self._allow):
                name = ".".join(part or "…" for part in call.name)
                self._harm(node, f"calls {name}, which is not known to only read", name)
        for operator in index.unknown_operators(reach.mentions):
            name = ".".join(operator.name)
            self._harm(node, f"uses {name}, which is not known to only read", None)
        for other, _ in index.reached(reach.mentions):
            self._uses(node, (other, path))

    def _calls(self, node: _Node, path: _Path, names: Iterable[SchemaName]) -> None:
        """Note functions that the catalog knows to be called."""
        for name in names:
            other = (self._key("function", name), path)
            self._uses(node, other)
            if other[0] in self._objects:
                continue
            if name[0] in self._rules.server_schemas:
                text = self._rules.server_function(name)
                if text is not None:
                    self._harm(other, text, None)
            elif not self._is_allowed(other[0][1:]):
                self._harm(other, "is not known to only read", ".".join(name))

    def _needs(self, node: _Node, path: _Path, kind: str, names: Iterable[SchemaName]) -> None:
        """Note relations or types that the catalog knows to be reached."""
        for name in names:
            self._uses(node, (self._key(kind, name), path))

    def _uses(self, node: _Node, other: _Node) -> None:
        self._users[other].add(node)
        self._meet(other)

    def _meet(self, node: _Node) -> None:
        if node not in self._known and node[0] in self._objects:
            self._known.add(node)
            self._waiting.append(node)

    def _harm(self, node: _Node, text: str, root: str | None) -> None:
        cause = f"{'.'.join(node[0][1:])}, which {text}"
        self._harms.setdefault(node, Harm(text, cause, root))

    def _key(self, kind: str, name: SchemaName) -> Key:
        return (kind, self._rules.folded(name[0]), self._rules.folded(name[1]))

    def _is_allowed(self, name: SchemaName) -> bool:
        """A bare name allows functions on the search path of the server session."""
        session = self._indexes[self._facts.search_path]
        return is_allowed(name, self._allow) or (
            session.on_path(name[0]) and is_allowed(name[1:], self._allow)
        )

    def _own_path(self, routine: RoutineFacts) -> _Path:
        """Give the search path that a function sets; what it takes from others stays in it."""
        path = routine.search_path
        if not path:
            return ()
        own = (*self._facts.search_path, routine.owner) if "$user" in path else ()
        return tuple(dict.fromkeys((*self._rules.always_searched, *path, *own)))

    def _index(self, path: _Path) -> Index:
        index = self._indexes.get(path)
        if index is None:
            index = self._indexes[path] = Index(self._facts, self._rules, path)
        return index
