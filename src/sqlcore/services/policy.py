"""What the callers of a source may do, and what is noted of it."""

from __future__ import annotations

import enum

import attrs

from sqlcore.domain.access import Access
from sqlcore.services.auditing import NO_AUDIT, Audit
from sqlcore.services.limits import Limits
from sqlcore.services.turns import Turns

__all__ = ["Policy", "PrivilegeCheck"]


class PrivilegeCheck(enum.Enum):
    """What is done about a login that could do more than the access level allows."""

    OFF = "off"
    WARN = "warn"
    """A security event is logged, once for each connection."""
    ENFORCE = "enforce"
    """Nothing runs with such a login, nor with one whose rights are not known."""


@attrs.frozen(kw_only=True)
class Policy:
    """What may be done.

    Attributes:
        access: The level.
        limits: Bounds for statements.
        allow_functions: Functions of the database's own, as `schema.name`, `schema.*` or `name`,
            that a read may call whatever the catalog says of them.
        allow_procedures: Procedures and functions that may be called at `read`, as `schema.name`,
            `schema.*` or `name`; see `sqlcore.services.calling.permitting`.
        mask: Columns whose values are never shown: `table.column`, `schema.table.column`, with `*`
            for any part.
        privilege_check: What is done about a login that could do more.
        audit: Where statements are noted.
        turns: Bounds how many statements a caller runs at once.
    """

    access: Access = Access.READ
    limits: Limits = attrs.field(factory=Limits)
    allow_functions: frozenset[str] = frozenset()
    allow_procedures: frozenset[str] = frozenset()
    mask: tuple[str, ...] = ()
    privilege_check: PrivilegeCheck = PrivilegeCheck.WARN
    audit: Audit = NO_AUDIT
    turns: Turns = attrs.field(factory=lambda: Turns(most=32))
