"""An engine in the process, for tests without a server: `memory://` (ADR 0009).

It is SQLite behind the ports of sqlcore. `memory://` is a database of its own for each connection;
`memory://name` is the same one for all connections of the process, until `forget("name")` or the
end of the process.

Three SQL functions are added: `notice(text)` sends a message, `notice(text, severity)` too, and
`sleep(seconds)` waits. Comments on tables and columns are read from the table
`sqlcore_comments(object, "column", comment)` where there is one. A column of a result gets its type
from the table that it comes from; an expression gets one when its name ends in a type in brackets,
as Python's own `sqlite3` has it: `SELECT 1.5 AS "price [decimal]"`. SQLite keeps a DECIMAL as a
double, exact to 15 digits; declare DECIMAL_TEXT for more.

SQLite has no stored procedures; `define_procedure` makes one of a Python function.
"""

from sqlcore.testing.memory.connector import MemoryConnection, MemoryConnector, forget
from sqlcore.testing.memory.dialect import SqliteDialect
from sqlcore.testing.memory.faults import FaultPlan
from sqlcore.testing.memory.procedure_defining import define_procedure, drop_procedure
from sqlcore.testing.memory.procedures import (
    REQUIRED,
    MemoryParameter,
    ProcedureBody,
    RunningProcedure,
)

__all__ = [
    "REQUIRED",
    "FaultPlan",
    "MemoryConnection",
    "MemoryConnector",
    "MemoryParameter",
    "ProcedureBody",
    "RunningProcedure",
    "SqliteDialect",
    "define_procedure",
    "drop_procedure",
    "forget",
]
