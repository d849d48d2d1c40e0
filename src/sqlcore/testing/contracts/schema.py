"""The schema that catalog contract tests read, the same on every engine, as SQL files.

`customers`, `orders` and `order_lines` have every kind of key, check, index and trigger; the table
`ODD_TABLE` has names that no quoting by guesswork survives; `scratch` is for writes. The procedures
stand in files of their own, and for the in-memory engine in Python.
"""

from __future__ import annotations

from importlib.resources import files

from sqlcore.domain.query import ExecutionOptions, TransactionMode
from sqlcore.errors import InvalidArgumentError
from sqlcore.ports import Connection
from sqlcore.testing.contracts.memory_procedures import define_contract_procedures
from sqlcore.testing.events import run
from sqlcore.testing.memory import MemoryConnection

__all__ = [
    "ODD_CALL",
    "ODD_COLUMNS",
    "ODD_TABLE",
    "OTHER_CALL_SCHEMA",
    "ROUTINE_NAMES",
    "TABLE_NAMES",
    "VIEW_NAMES",
    "apply_contract_schema",
    "contract_schema",
]

ODD_TABLE = "odd \"name\" [with] all.kinds; of 'quotes'"
ODD_CALL = "odd \"call\".of; 'quotes' 100% :x @p $1 --"
ODD_COLUMNS = ("select", 'a"b', "c]d", "[e].[f]", "Grüße 🐘", "it's", "100%", ":name", "$1")
OTHER_CALL_SCHEMA = "contract_other"
ROUTINE_NAMES = (
    "MixedCaseCall",
    "add_numbers",
    "commit_inside",
    "customers_from",
    "double_number",
    "fail_midway",
    "full_name",
    "no_rows",
    ODD_CALL,
    "same_call",
    "show_defaults",
    "slow_call",
    "slow_rows",
    "talk",
    "two_results",
    "write_note",
)
"""Those that every engine has, beside an `echo_` for each kind of values."""
TABLE_NAMES = ("MixedCase", "customers", ODD_TABLE, "order_lines", "orders", "same_name", "scratch")
VIEW_NAMES = ("open_orders",)

_SEPARATOR = "\n-- next\n"


def contract_schema(dialect: str) -> tuple[str, ...]:
    """Return the statements that make the contract schema anew, in order; each runs alone.

    Args:
        dialect: `postgres`, `tsql` or `sqlite`.

    Raises:
        InvalidArgumentError: There is no such file.
    """
    folder = files(__package__).joinpath("schemas")
    resources = [folder.joinpath(f"{dialect}{part}.sql") for part in ("", "_procedures")]
    if not resources[0].is_file():
        raise InvalidArgumentError(
            f"There is no contract schema for the dialect {dialect!r}.", parameter="dialect"
        )
    texts = [r.read_text(encoding="utf-8") for r in resources if r.is_file()]
    return tuple(statement.strip() for text in texts for statement in text.split(_SEPARATOR))


def apply_contract_schema(connection: Connection) -> None:
    """Make the contract schema in the database of a connection; what was there is dropped."""
    options = ExecutionOptions(mode=TransactionMode.READ_WRITE, timeout_s=60.0)
    for statement in contract_schema(connection.dialect.name):
        run(connection, statement, options=options)
    if isinstance(connection, MemoryConnection):
        define_contract_procedures(connection)
