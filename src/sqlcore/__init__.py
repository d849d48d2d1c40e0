"""Safe, fast, well-described access to SQL databases for programs and AI agents.

import sqlcore

with sqlcore.connect("postgresql://user@localhost/shop") as db:
    for row in db.query("SELECT id, name FROM customers WHERE id = :id", {"id": 7}).dicts():
        print(row)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlcore.connecting import connect
    from sqlcore.domain.access import Access
    from sqlcore.domain.cancellation import CancelToken
    from sqlcore.domain.query import Parameter
    from sqlcore.domain.values import Interval, JsonText, ServerText
    from sqlcore.errors import SqlCoreError
    from sqlcore.services.calling.outcome import CallResult
    from sqlcore.services.database import Database
    from sqlcore.services.limits import Limits, SessionLimits
    from sqlcore.services.results import Result
    from sqlcore.services.sessions import SessionHandle

__all__ = [
    "Access",
    "CallResult",
    "CancelToken",
    "Database",
    "Interval",
    "JsonText",
    "Limits",
    "Parameter",
    "Result",
    "ServerText",
    "SessionHandle",
    "SessionLimits",
    "SqlCoreError",
    "connect",
]

_HOMES = {
    "Access": "sqlcore.domain.access",
    "CallResult": "sqlcore.services.calling.outcome",
    "CancelToken": "sqlcore.domain.cancellation",
    "Database": "sqlcore.services.database",
    "Interval": "sqlcore.domain.values",
    "JsonText": "sqlcore.domain.values",
    "Limits": "sqlcore.services.limits",
    "Parameter": "sqlcore.domain.query",
    "Result": "sqlcore.services.results",
    "ServerText": "sqlcore.domain.values",
    "SessionHandle": "sqlcore.services.sessions",
    "SessionLimits": "sqlcore.services.limits",
    "SqlCoreError": "sqlcore.errors",
    "connect": "sqlcore.connecting",
}


def __getattr__(name: str) -> object:
    """Load a public name when it is first used, so that `import sqlcore` costs next to nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, those that are not loaded yet among them."""
    return sorted({*globals(), *__all__})
