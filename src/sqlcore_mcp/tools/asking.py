"""Stopping before a statement that changes something, so that a person is asked first."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import attrs

from sqlcore.domain.access import Access
from sqlcore.domain.encoding import encode_value
from sqlcore.errors import PolicyError
from sqlcore_mcp.definitions import Call, ConfirmationNeeded, Question
from sqlcore_mcp.rendering.cells import compact_json, encode_cells
from sqlcore_mcp.settings import ConfirmWrites
from sqlcore_mcp.tools.parameters import read_parameters

if TYPE_CHECKING:
    from sqlcore.domain.procedure import ProcedureCall
    from sqlcore.services.database import Database
    from sqlcore.services.previewing import Preview

__all__ = ["calls_as_read", "place_of", "runs_as_read"]

_MOST_SHOWN = 20_000
"""Characters of a statement: nobody agrees to what they have not seen."""
_SHOWN_VALUE = 1000


def runs_as_read(call: Call, query: str, parameters: dict[str, Any] | None) -> bool:
    """Stop before a statement that changes something, unless the settings let it run unasked.

    Returns:
        Whether nobody is asked because the statement only reads. The server has to hold it to
        that: a view may hide a function that writes.
    """
    if call.app.settings.access < Access.WRITE or call.confirmed:
        return False
    database = call.database
    policy = call.app.settings.confirm_writes
    if policy is ConfirmWrites.NEVER or len(query) > database.limits.max_statement_chars:
        return False  # what may not run at all is refused where it would run
    if database.decide(query).allowed:
        return True
    if not database.decide(query, Access.WRITE).allowed:
        return False
    refusal = _refusal(query, policy)
    if refusal is not None:
        database.note_refused(query, refusal)
        raise refusal
    raise ConfirmationNeeded(
        Question(
            words=f"Run this statement, which may change data or schema, on {place_of(call)}?",
            statement=_shown(query, parameters),
            touched=lambda: _touched(
                database.preview(query, read_parameters(parameters), cancel=call.cancel)
            ),
            asked=partial(database.note_asked, query),
            refused=partial(database.note_refused, query),
        )
    )


def calls_as_read(
    call: Call,
    database: Database,
    procedure_name: str,
    schema: str | None,
    parameters: dict[str, Any] | list[Any] | None,
) -> bool:
    """Stop before a procedure that may change something, unless the settings let it run unasked.

    What `allow_procedures` names is not asked about, and neither is what cannot be called at all.

    Returns:
        Whether nobody is asked because it only reads; the server has to hold it to that.
    """
    if call.app.settings.access < Access.WRITE or call.confirmed:
        return False
    policy = call.app.settings.confirm_writes
    if policy is ConfirmWrites.NEVER:
        return False
    if database.decide_call(procedure_name, schema).allowed:
        return True
    prepared = database.prepare_call(procedure_name, parameters, schema=schema)
    routine = prepared.routine
    if policy is ConfirmWrites.REFUSE:
        refusal = PolicyError(
            "Procedures that may change data or schema are refused here.",
            hint='The operator allows them with confirm_writes = "ask" or "never", or one that '
            "only reads by its name in allow_procedures.",
        )
        database.note_call_refused(prepared, refusal)
        raise refusal
    raise ConfirmationNeeded(
        Question(
            words=f"Call this {routine.kind.value.replace('_', ' ')}, which may change data or "
            f"schema, on {place_of(call)}?",
            statement=_shown(f"{routine.name}{routine.signature}", _by_name(prepared.call)),
            touched=lambda: "What it changes cannot be told beforehand.",
            asked=partial(database.note_call_asked, prepared),
            refused=partial(database.note_call_refused, prepared),
        )
    )


def place_of(call: Call) -> str:
    """Name the host, port and database that a call is about."""
    settings = call.app.sources.connection_settings(call.source)
    return attrs.evolve(settings, database=call.database_name or settings.database).address


def _refusal(query: str, policy: ConfirmWrites) -> PolicyError | None:
    """Refuse a statement that nobody can be asked about."""
    if policy is ConfirmWrites.REFUSE:
        return PolicyError(
            "Statements that change data or schema are refused here.",
            hint='The operator allows them with confirm_writes = "ask" or "never".',
        )
    if len(query) > _MOST_SHOWN:
        return PolicyError(
            f"A person has to agree to this statement, and its {len(query):,} characters are more"
            f" than the {_MOST_SHOWN:,} that they are shown. It was not run.",
            hint="Pass long values as parameters, or split the statement.",
        )
    return None


def _touched(preview: Preview) -> str:
    """Say what a statement would touch."""
    words = "It has no condition: every row is meant. " if preview.is_for_all else ""
    if preview.rows is None:
        reason = preview.unknown_because.rstrip(".")
        return f"{words}How many rows it would touch is not known: {reason}."
    least = "at least " if preview.at_least else ""
    rows = f"{preview.rows:,} row{'' if preview.rows == 1 else 's'}"
    return f"{words}As the data is now, it would touch {least}{rows}."


def _shown(query: str, parameters: dict[str, Any] | None) -> str:
    """Write a statement as a person is shown it: all of it, and no sign in it invisible."""
    text = query.strip()
    if parameters:
        values = [compact_json(value) for value in parameters.values()]
        cells, _ = encode_cells(values, _SHOWN_VALUE)
        pairs = [f"{name} = {cell}" for name, cell in zip(parameters, cells, strict=True)]
        text += "\n\nParameters: " + ", ".join(pairs)
    return "".join(map(_spelled_out, text.replace("\r\n", "\n")))


def _by_name(bound: ProcedureCall) -> dict[str, Any]:
    """Give the values of a call by the names of their parameters, JSON-safe."""
    return {
        argument.parameter.name or f"${argument.parameter.ordinal}": encode_value(argument.value)
        for argument in bound.arguments
    }


def _spelled_out(sign: str) -> str:
    if sign.isprintable() or sign in "\n\t":
        return sign
    return sign.encode("unicode_escape").decode()
