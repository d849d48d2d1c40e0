"""What a login could do if everything above it failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlcore.ports import Connection
from sqlcore.services.policy import Policy

if TYPE_CHECKING:
    from sqlcore.services.admission import Known

__all__ = ["check_login"]


def check_login(policy: Policy, known: Known, connection: Connection) -> None:
    """Check, once for each connection, that the login can do no more than the policy allows.

    Raises:
        PolicyError: It can, or may, and the policy enforces that it cannot.
    """
