"""Results of sessions on disk, readable while they are written (ADR 0013).

<root>/sqlcore-results-<random>.lock       locked as long as its process lives
<root>/sqlcore-results-<random>/           of one process, mode 0700
    s-<session id>/                        of one session, mode 0700
        rows                               columns, Arrow schemas and record batches
        index                              where they are, in records of one length
"""

from sqlcore.services.spool.store import Spool

__all__ = ["Spool"]
