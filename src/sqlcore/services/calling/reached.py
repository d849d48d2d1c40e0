"""What a procedure reaches when it is called: whether all of it only reads, by its texts.

Asked of SQL Server alone. PostgreSQL holds a transaction to reading by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import Routine, RoutineKind
from sqlcore.services.guarding.decision import Refusal
from sqlcore.services.guarding.effects import SideEffects, is_allowed, unknown_function
from sqlcore.services.guarding.mentions import Mention, Mentions
from sqlcore.services.guarding.tsql_procedures import judge_procedure

__all__ = ["refuse_procedure"]

_DEFAULT_SCHEMA = "dbo"
_MOST_REACHED = 200
_UNSEEN = "has a text that is encrypted, or that this login may not see"
_FAR = "reaches more procedures than are looked into"
_HINT = "Call it with --access write, or have its text changed so that it only reads."
_UNSEEN_HINT = "GRANT VIEW DEFINITION on it to this login, or call it with --access write."


def refuse_procedure(
    routine: Routine,
    find: Callable[[QualifiedName], Sequence[Routine]],
    effects: Callable[[], SideEffects],
    allow_functions: frozenset[str],
) -> Refusal | None:
    """Find the first reason why a call may do more than read; None where there is none.

    Functions are judged as those of queries are; of another database they are let through once they
    are found there, for SQL Server keeps functions from changing anything when they are made.

    Args:
        routine: What is called, with its text, as it is now.
        find: Gives all that a name may mean.
        effects: Gives what the functions and views of the database may do.
        allow_functions: Functions that a read may call, as in the configuration.

    Raises:
        SqlCoreError: The catalog cannot be read.
    """
    harm = _Walk(find, effects, allow_functions).follow(routine)
    if harm is None:
        return None
    return Refusal(
        f"{routine.name} may not be called at the access level read: it {harm.told}.",
        harm.hint,
        by_schema=True,
    )


@attrs.frozen
class _Harm:
    """Why, what to do, and the procedures on the way to it, without the first."""

    text: str
    hint: str = _HINT
    path: tuple[QualifiedName, ...] = ()

    @property
    def told(self) -> str:
        steps = "".join(f"runs {name}, which " for name in self.path)
        return steps + self.text


class _Walk:
    def __init__(
        self,
        find: Callable[[QualifiedName], Sequence[Routine]],
        effects: Callable[[], SideEffects],
        allow_functions: frozenset[str],
    ) -> None:
        self._find = find
        self._effects = effects
        self._allow = allow_functions

    def follow(self, called: Routine) -> _Harm | None:
        """Look at a procedure, and at what it runs, the nearest first."""
        first = [called, *self._of_server(called.name)]
        waiting: list[tuple[Routine, tuple[QualifiedName, ...]]] = [(one, ()) for one in first]
        seen = {one.name for one in first}
        for routine, path in waiting:
            harm, calls = self._look_at(routine)
            if harm is not None:
                return attrs.evolve(harm, path=path)
            for name in calls:
                reached = self._found(name, routine)
                if not reached:
                    return _Harm(f"runs {name}, which is not found here", path=path)
                new = [one for one in reached if one.name not in seen]
                seen.update(one.name for one in new)
                waiting += [(one, (*path, one.name)) for one in new]
            if len(waiting) > _MOST_REACHED:
                return _Harm(_FAR)
        return None

    def _found(self, name: QualifiedName, caller: Routine) -> list[Routine]:
        """Find all that a name in a procedure may mean: without a schema, first in its own."""
        found = list(self._find(name))
        if name.schema is None:
            own = self._find(attrs.evolve(name, schema=caller.name.schema))
            found += own or self._find(attrs.evolve(name, schema=_DEFAULT_SCHEMA))
        return found + self._of_server(name) if found else found

    def _of_server(self, name: QualifiedName) -> list[Routine]:
        """Find the server's own procedure, which comes before one of the same name in dbo.

        Source: "CREATE PROCEDURE (Transact-SQL)", on names of system procedures.
        """
        is_hidden = (name.schema or _DEFAULT_SCHEMA).lower() == _DEFAULT_SCHEMA
        if not is_hidden or not name.name.lower().startswith("sp_"):
            return []
        return list(self._find(attrs.evolve(name, schema="sys")))

    def _look_at(self, routine: Routine) -> tuple[_Harm | None, Sequence[QualifiedName]]:
        """Give the harm that a procedure's text shows, or what it runs."""
        if routine.kind is not RoutineKind.PROCEDURE:
            return self._look_at_function(routine.name), ()
        if routine.language != "tsql":
            return _Harm(f"is code that cannot be looked into ({routine.language})"), ()
        if routine.text is None:
            return _Harm(_UNSEEN, _UNSEEN_HINT), ()
        reach = judge_procedure(routine.text)
        if reach.harm is not None:
            return _Harm(reach.harm), ()
        database = routine.name.database
        harm = (
            self._look_at_names(reach.mentions)
            if database is None
            else self._look_at_functions_of(database, reach.mentions)
        )
        if harm is not None:
            return harm, ()
        return None, [_qualified(parts, database) for parts in reach.calls]

    def _look_at_function(self, name: QualifiedName) -> _Harm | None:
        if name.database is not None:
            return None
        folded = self._effects().folded
        mention = Mention((folded(name.schema or ""), folded(name.name)), 0)
        return self._look_at_names(Mentions(functions=(mention,), unknown=(mention,)))

    def _look_at_functions_of(self, database: str, mentions: Mentions) -> _Harm | None:
        """See to it that functions are the other database's own; of its views nothing is known."""
        for call in mentions.unknown:
            if is_allowed(call.name, self._allow):
                continue
            schema = call.name[-2] if len(call.name) > 1 else None
            found = self._find(QualifiedName(call.name[-1], schema or None, database))
            if not found or any(one.kind is RoutineKind.PROCEDURE for one in found):
                refusal = unknown_function(call)
                return _refused(refusal)
        return None

    def _look_at_names(self, mentions: Mentions) -> _Harm | None:
        refusal = self._effects().refuse(mentions, self._allow)
        return None if refusal is None else _refused(refusal)


def _refused(refusal: Refusal) -> _Harm:
    text = f"cannot be shown to only read: {refusal.reason.rstrip('.')}"
    return _Harm(text, refusal.hint)


def _qualified(parts: tuple[str, ...], database: str | None) -> QualifiedName:
    """Give the name as it is meant in a database."""
    *outer, name = parts
    schema = outer[-1] if outer else None
    is_elsewhere = len(outer) > 1 and outer[0]
    return QualifiedName(name, schema or None, outer[0] if is_elsewhere else database)
