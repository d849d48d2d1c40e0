"""Background sessions: work that runs while its caller does other things. See ADR 0013.

- Whoever uses them: `service` has all sessions, `handle` one of them, `work` says what one does.
- One that runs: `run` from its start to its end, on a thread of `workers`; `recorder` takes down
  what it yields, `probing` asks the server how far it is, `outcomes` words how it ends.
- What is kept: `store` has the records, `results` the rows, `exports` files of them; `collected`
  stores what nobody has to wait for.
- In the course of time: `keeper` is the thread that looks after them, `retention` lets them expire,
  `clock` tells the time. `surroundings` is what the sessions of one service share.
"""

from sqlcore.services.sessions.clock import Clock
from sqlcore.services.sessions.handle import SessionHandle
from sqlcore.services.sessions.service import Sessions
from sqlcore.services.sessions.store import MemorySessionStore
from sqlcore.services.sessions.work import Work

__all__ = ["Clock", "MemorySessionStore", "SessionHandle", "Sessions", "Work"]
