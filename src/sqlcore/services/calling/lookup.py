"""From the name that a caller wrote to the routine it means, kept for a minute."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence

import attrs

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import Routine, RoutineFilter
from sqlcore.errors import AmbiguousNameError, InvalidArgumentError, NotFoundError
from sqlcore.ports import ProcedureCaller
from sqlcore.services.naming import (
    LONGEST_NAME,
    NAMES_COMPARED,
    nearest,
    part_signature,
    same_signature,
)

__all__ = ["Found", "RoutineCache", "find_routines"]

_FRESH_S = 60.0
_MOST_NAMES = 500
_NAMES_SHOWN = 10


@attrs.frozen
class Found:
    """The overloads that a name means, all of one qualified name; at least one.

    Attributes:
        is_fresh: Whether they were looked up for this call.
    """

    routines: tuple[Routine, ...]
    is_fresh: bool

    @property
    def name(self) -> QualifiedName:
        """The name as the catalog has it."""
        return self.routines[0].name


class RoutineCache:
    """Routines of one connection by the name that was asked for. For use by many threads.

    Args:
        clock: Seconds from a fixed point.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[QualifiedName, tuple[float, tuple[Routine, ...]]] = OrderedDict()
        self._generation = 0

    def find(self, caller: ProcedureCaller, name: QualifiedName, *, fresh: bool = False) -> Found:
        """Give what a name may mean; there may be nothing, which is not kept.

        Args:
            caller: Where to look.
            name: As it was asked for.
            fresh: Look again, whatever is kept.
        """
        with self._lock:
            generation = self._generation
            looked_up_at, routines = self._kept.get(name, (0.0, ()))
            if routines and not fresh and self._clock() - looked_up_at < _FRESH_S:
                return Found(routines, is_fresh=False)
        asked_at = self._clock()
        routines = caller.find(name)
        with self._lock:
            self._kept.pop(name, None)
            # What was forgotten meanwhile may have been read before it changed.
            if routines and generation == self._generation:
                self._kept[name] = (asked_at, routines)
                if len(self._kept) > _MOST_NAMES:
                    self._kept.popitem(last=False)
        return Found(routines, is_fresh=True)

    def forget(self) -> None:
        """Look everything up again, for something may have changed it."""
        with self._lock:
            self._generation += 1
            self._kept.clear()


def find_routines(
    cache: RoutineCache,
    caller: ProcedureCaller,
    name: str,
    schema: str | None = None,
    *,
    fresh: bool = False,
) -> Found:
    """Find the overloads of the one routine that a name means.

    Args:
        cache: What was found before.
        caller: Where to look.
        name: `name`, `schema.name`, `database.schema.name`, quoted or not; with a signature, as
            in `add(integer, integer)`, it means that overload alone.
        schema: The schema, where the name does not say it. Beside it, a name that means nothing
            otherwise is also taken letter by letter, as lists show it.
        fresh: Look again, whatever was found before.

    Raises:
        NotFoundError: There is none; the error names the nearest.
        AmbiguousNameError: There are several, in several schemas; the error names them.
        InvalidArgumentError: The name cannot be read.
    """
    bare, signature = part_signature(name)
    try:
        qualified, found = _look(cache, caller, name, schema, fresh=fresh)
    except InvalidArgumentError:
        if not signature:
            raise
        qualified, found = QualifiedName.parse(bare), Found((), is_fresh=True)
    if not found.routines and signature:
        qualified, overloads = _look(cache, caller, bare, schema, fresh=fresh)
        routines = tuple(o for o in overloads.routines if same_signature(o.signature, signature))
        if overloads.routines and not routines:
            raise _no_such_overload(overloads.routines)
        found = Found(routines, overloads.is_fresh)
    names = list(dict.fromkeys(routine.name for routine in found.routines))
    if not names:
        raise _not_found(caller, qualified)
    if len(names) > 1:
        raise AmbiguousNameError(
            f"{qualified} means more than one procedure: "
            f"{', '.join(map(str, names[:_NAMES_SHOWN]))}.",
            parameter="procedure_name",
            hint="Name one of these, with its schema.",
        )
    return found


def _look(
    cache: RoutineCache,
    caller: ProcedureCaller,
    name: str,
    schema: str | None,
    *,
    fresh: bool,
) -> tuple[QualifiedName, Found]:
    """Find what a name means without its signature; there may be nothing."""
    verbatim = QualifiedName(name=name, schema=schema) if schema else None
    try:
        qualified = QualifiedName.parse(name).in_schema(schema)
    except InvalidArgumentError:
        if verbatim is None or len(name) > LONGEST_NAME:
            raise
        found = cache.find(caller, verbatim, fresh=fresh)
        if not found.routines:
            raise
        return verbatim, found
    found = cache.find(caller, qualified, fresh=fresh)
    if not found.routines and verbatim is not None and verbatim.name != qualified.name:
        found = cache.find(caller, verbatim, fresh=fresh)
    return qualified, found


def _no_such_overload(routines: Sequence[Routine]) -> NotFoundError:
    there = dict.fromkeys(f"{routine.name}{routine.signature}" for routine in routines)
    return NotFoundError(
        f'No overload of "{routines[0].name.name}" has this signature.',
        parameter="procedure_name",
        hint=f"Write types as the server does: {', '.join(list(there)[:_NAMES_SHOWN])}.",
    )


def _not_found(caller: ProcedureCaller, name: QualifiedName) -> NotFoundError:
    page = caller.routines(RoutineFilter(limit=NAMES_COMPARED))
    known = list(dict.fromkeys(routine.name for routine in page.routines))
    close = nearest(name.name, (one.name for one in known))
    suggestions = [str(one) for text in close for one in known if one.name == text][:5]
    where = f" in schema {name.schema}" if name.schema else ""
    where += f" of database {name.database}" if name.database else ""
    return NotFoundError(
        f'There is no procedure or function "{name.name}"{where}.',
        parameter="procedure_name",
        hint=f"Did you mean {' or '.join(suggestions)}?"
        if suggestions
        else "List them with list_stored_procedures.",
    )
