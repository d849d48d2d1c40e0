"""Which objects of a database the names in a text can mean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from sqlcore.domain.facts import SchemaFacts
from sqlcore.services.guarding.bodies import BodyRules
from sqlcore.services.guarding.mentions import Mention, Mentions

__all__ = ["Index", "Key", "is_allowed", "qualified_operators"]

Key = tuple[str, str, str]
"""What it is (`function`, `relation`, `type`, `operator`), its schema and its name."""

_MOST_BYTES_OF_CHAR = 4


class Index:
    """Finds the objects that the names in a text can mean."""

    def __init__(self, facts: SchemaFacts, rules: BodyRules, path: Iterable[str]) -> None:
        self._path = frozenset(rules.folded(schema) for schema in path)
        self._folded = rules.folded
        self._max_name_bytes = rules.max_name_bytes
        self._row_makers = rules.row_makers
        self._type_readers = rules.type_readers
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
        return self._kept(name)[-2:] in self._functions

    def unknown_operators(self, mentions: Mentions) -> Iterator[Mention]:
        """Give the operators of a schema, as in OPERATOR(schema.+), of which nothing is known."""
        for mention in qualified_operators(mentions):
            if mention.name not in self._operators:
                yield mention

    def on_path(self, schema: str) -> bool:
        """Say whether names without a schema are looked for in a schema."""
        return schema in self._path

    def reached(self, mentions: Mentions) -> Iterator[tuple[Key, Mention]]:
        """Give every object that the mentions can mean."""
        takes_rows = mentions.takes_rows
        for mention in mentions.functions:
            name = self._kept(mention.name)[-2:]
            for key in self._of_call(name):
                yield key, mention
            takes_rows = takes_rows or name[-1] in self._row_makers
        for mention in mentions.names:
            name = self._kept(mention.name)
            for key in self._relations.get(name, ()) if len(name) == 1 else self._of_chain(name):
                yield key, mention
            if takes_rows:
                for key in self._of_rows_in(name):
                    yield key, mention
        for mention in mentions.types:
            for key in self._types.get(self._kept(mention.name)[-2:], ()):
                yield key, mention
        for mention in mentions.operators:
            for key in self._operators.get(mention.name, ()):
                yield key, mention

    def _of_call(self, name: tuple[str, ...]) -> Iterator[Key]:
        yield from self._functions.get(name, ())
        yield from self._types.get(name, ())  # type(value) casts
        if name[-1] in self._type_readers:
            for keys in self._types.values():
                yield from keys

    def _of_rows_in(self, name: tuple[str, ...]) -> Iterator[Key]:
        """Give the row types of the relations that a name can mean."""
        for at in range(max(1, len(name) - 1)):
            yield from self._types.get(name[at : at + 2], ())

    def _kept(self, name: tuple[str, ...]) -> tuple[str, ...]:
        """Give a name as the engine keeps it, which may cut its end off."""
        limit = self._max_name_bytes
        if not limit or all(len(part) * _MOST_BYTES_OF_CHAR <= limit for part in name):
            return name
        return tuple(part.encode()[:limit].decode(errors="ignore") for part in name)

    def _of_chain(self, name: tuple[str, ...]) -> Iterator[Key]:
        for at in range(len(name) - 1):
            pair = name[at : at + 2]
            yield from self._relations.get(pair, ())
        last = name[-1]
        yield from (self._of_values if name[0] == "" else self._of_rows).get(last, ())
        if name[0] == "":
            yield from self._types.get((last,), ())


def qualified_operators(mentions: Mentions) -> Iterator[Mention]:
    """Give the operators that are named with a schema other than that of the server's own."""
    for mention in mentions.operators:
        if len(mention.name) > 1 and mention.name[0] != "pg_catalog":
            yield mention


def is_allowed(name: tuple[str, ...], allow_functions: frozenset[str]) -> bool:
    """Say whether the configuration names a function: `schema.name`, `schema.*` or `name`."""
    if not allow_functions:
        return False
    return ".".join(name).lower() in allow_functions or (
        len(name) > 1 and f"{name[-2]}.*".lower() in allow_functions
    )
