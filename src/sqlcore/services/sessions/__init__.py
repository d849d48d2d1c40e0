"""Background sessions: work that runs while its caller does other things. See ADR 0013."""

from sqlcore.services.sessions.clock import Clock
from sqlcore.services.sessions.handle import SessionHandle
from sqlcore.services.sessions.service import Sessions
from sqlcore.services.sessions.store import MemorySessionStore
from sqlcore.services.sessions.work import Work

__all__ = ["Clock", "MemorySessionStore", "SessionHandle", "Sessions", "Work"]
