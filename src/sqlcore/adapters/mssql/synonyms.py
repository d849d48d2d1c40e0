"""What synonyms stand for."""

from __future__ import annotations

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.errors import InvalidArgumentError

__all__ = ["synonym_target"]


def synonym_target(base_name: str | None) -> QualifiedName | None:
    """Read the name that a synonym stands for; None for one on another server, or a hidden one."""
    try:
        return QualifiedName.parse(base_name or "")
    except InvalidArgumentError:
        return None
