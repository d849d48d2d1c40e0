"""What the login could do if nothing else stood in its way, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlcore.domain.capability import Privileges

__all__ = ["privileges_of"]

# The columns of `probe_privileges`, in their order: a truth, or the name of an example. With
# each, what it means; {} stands for the example. Source: "Predefined Roles", "Role Attributes" and
# "Privileges" of the documentation of PostgreSQL.
_MAY_DO_ANYTHING = (
    "It is a superuser, or may become one.",
    "It is a member of {}, which lead to the rights of a superuser.",
)
_MAY_CHANGE = (
    "It is a member of {}.",
    "It may reach files of the server with {}.",
    "It may create roles.",
    "It may create databases.",
    "It may replicate: read every table, and keep the server from freeing its log.",
)
_ROW_SECURITY = "Row-level security does not bind it."
_MAY_CREATE = "It may create schemas in this database."
_TEMPORARY = "It may create temporary tables."
_MAY_WRITE = (
    "It may create objects in the schema {}.",
    "It owns objects, such as {}.",
    "It may change data or triggers of tables, such as {}.",
    "It may change data of columns, such as {}.",
    "It may advance or set sequences, such as {}.",
)
_DEFINER = "It may call functions that run with the rights of their owner, such as {}."
_STANDBY = "The server is a read-only standby."
_READ_ONLY = "Its transactions are read-only unless it says otherwise."
_SENTENCES = (
    *_MAY_DO_ANYTHING,
    *_MAY_CHANGE,
    _ROW_SECURITY,
    _MAY_CREATE,
    _TEMPORARY,
    *_MAY_WRITE,
    _DEFINER,
    _STANDBY,
    _READ_ONLY,
)
_SAID_BY_SUPERUSER = frozenset(_SENTENCES) - {_MAY_DO_ANYTHING[0], _STANDBY, _READ_ONLY}
_CHANGES = frozenset({*_MAY_CHANGE, _MAY_CREATE, *_MAY_WRITE})


def privileges_of(row: Sequence[Any]) -> Privileges:
    """Read the row of `probe_privileges`.

    What the owner's rights of a function are good for is not known here: a function that changes
    data is a detail, not a right to write. So are temporary tables, which everybody may make
    unless the database says otherwise.
    """
    found = {text: value for text, value in zip(_SENTENCES, row, strict=True) if value}
    administrator = any(text in found for text in _MAY_DO_ANYTHING)
    changes = administrator or any(text in found for text in _CHANGES)
    return Privileges(
        administrator=administrator,
        can_write=changes and _STANDBY not in found,
        details=tuple(
            text.format(value)
            for text, value in found.items()
            if text not in _SAID_BY_SUPERUSER or _MAY_DO_ANYTHING[0] not in found
        ),
    )
