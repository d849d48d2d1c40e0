"""The schema that catalog contract tests read, the same on every engine, as SQL files.

`customers`, `orders` and `order_lines` have every kind of key, check, index and trigger; the table
`ODD_TABLE` has names that no quoting by guesswork survives; `scratch` is for writes.
"""

from __future__ import annotations

from importlib.resources import files

from sqlcore.domain.query import ExecutionOptions, TransactionMode
from sqlcore.errors import InvalidArgumentError
from sqlcore.ports import Connection
from sqlcore.testing.events import run

__all__ = [
    "ODD_COLUMNS",
    "ODD_TABLE",
    "TABLE_NAMES",
    "VIEW_NAMES",
    "apply_contract_schema",
    "contract_schema",
]

ODD_TABLE = "odd \"name\" [with] all.kinds; of 'quotes'"
ODD_COLUMNS = ("select", 'a"b', "c]d", "[e].[f]", "Grüße 🐘", "it's", "100%", ":name", "$1")
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
    resource = files(__package__).joinpath("schemas", f"{dialect}.sql")
    if not resource.is_file():
        raise InvalidArgumentError(
            f"There is no contract schema for the dialect {dialect!r}.", parameter="dialect"
        )
    statements = resource.read_text(encoding="utf-8").split(_SEPARATOR)
    return tuple(statement.strip() for statement in statements)


def apply_contract_schema(connection: Connection) -> None:
    """Make the contract schema in the database of a connection; what was there is dropped."""
    options = ExecutionOptions(mode=TransactionMode.READ_WRITE, timeout_s=60.0)
    for statement in contract_schema(connection.dialect.name):
        run(connection, statement, options=options)
