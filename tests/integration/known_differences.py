"""What a server cannot do, and why: the one table that decides which contract tests are skipped.

A key is the id of a requirement (`sqlcore.testing.contracts.REQUIREMENTS`).
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

__all__ = [
    "BABELFISH",
    "KNOWN_DIFFERENCES",
    "POSTGRES",
    "SQL_SERVER",
    "KnownDifference",
    "differences_of",
]

BABELFISH = "babelfish"
POSTGRES = "postgres"
SQL_SERVER = "mssql"


@attrs.frozen
class KnownDifference:
    """Why a requirement is not met, and by which servers."""

    reason: str
    servers: frozenset[str]


def _on(*servers: str, reason: str) -> KnownDifference:
    return KnownDifference(reason, frozenset(servers))


_FOLDS = "the catalog of Babelfish 4.3 gives names in lower case"
_MANGLES = "Babelfish 4.3 has the names of indexes with the table's name and a hash behind them"
_ASTRAL_NAMES = (
    "Babelfish 4.3 miscounts the length of a column name with characters beyond the basic plane,"
    " and the driver loses the conversation"
)
_NO_TYPES = (
    "Babelfish 4.3 has no sys.dm_exec_describe_first_result_set, so a column without a value has"
    " the driver's coarse type"
)
_NO_JSON = "SQL Server has no type for JSON before 2025"

_NO_SUCH_ROUTINES = "procedures and functions of SQL Server have neither overloads nor such types"
_ROWS_AT_THE_END = "PostgreSQL hands out the rows of a function when it has ended"
_NO_RETURN_CODES = "procedures of PostgreSQL have no return codes"
_NO_COUNTS = (
    "PostgreSQL does not count the rows that a procedure writes, and the driver of SQL Server skips"
    " the counts that come before a result set, such as that of the outputs"
)
_NO_PROCEDURE_NAMES = (
    "Babelfish 4.3 does not name the procedure of an error, so that its line has no meaning"
)
_NO_FUNCTION_COLUMNS = "Babelfish 4.3 has no columns of functions in sys.columns"
_NO_OPEN_TRANSACTIONS = "a procedure of PostgreSQL cannot leave a transaction open"
_NO_TABLE_TYPES = "PostgreSQL has arrays of composite types instead of table types"

KNOWN_DIFFERENCES: dict[str, KnownDifference] = {
    "list-tables": _on(BABELFISH, reason=_FOLDS),
    "list-all-schemas": _on(BABELFISH, reason=_FOLDS),
    "find-exact[MixedCase]": _on(BABELFISH, reason=_FOLDS),
    "find-ignores-case": _on(BABELFISH, reason=_FOLDS),
    "describe-odd-names": _on(BABELFISH, reason=_FOLDS),
    "schema-routines": _on(BABELFISH, reason=_FOLDS),
    "constant-queries": _on(BABELFISH, reason=_FOLDS),
    "objects-tables[MixedCase]": _on(BABELFISH, reason=_FOLDS),
    "objects-case": _on(BABELFISH, reason=_FOLDS),
    "objects-indexes": _on(BABELFISH, reason=_MANGLES),
    "definition-odd-names": _on(BABELFISH, reason=_FOLDS),
    "definition-index": _on(BABELFISH, reason=_MANGLES),
    "describe-indexes": _on(BABELFISH, reason=_MANGLES),
    "quote-hostile": _on(BABELFISH, reason=_ASTRAL_NAMES),
    "read-odd-names": _on(BABELFISH, reason=_ASTRAL_NAMES),
    "value-round-trip[json]": _on(BABELFISH, SQL_SERVER, reason=_NO_JSON),
    "value-kinds[json]": _on(BABELFISH, SQL_SERVER, reason=_NO_JSON),
    **{
        identifier: _on(BABELFISH, SQL_SERVER, reason=_NO_SUCH_ROUTINES)
        for identifier in (
            "call-overloads",
            "call-variadic",
            "call-row-of-outputs",
            "call-cursor",
            "call-composite",
            "call-labels",
        )
    },
    "call-values[json]": _on(BABELFISH, SQL_SERVER, reason=_NO_JSON),
    "call-values-generated[json]": _on(BABELFISH, SQL_SERVER, reason=_NO_JSON),
    "routine-find-exact[MixedCaseCall]": _on(BABELFISH, reason=_FOLDS),
    "call-messages-between": _on(POSTGRES, reason=_ROWS_AT_THE_END),
    "call-error-rows": _on(POSTGRES, reason=_ROWS_AT_THE_END),
    "call-return-code": _on(POSTGRES, reason=_NO_RETURN_CODES),
    "call-rows-affected": _on(POSTGRES, BABELFISH, SQL_SERVER, reason=_NO_COUNTS),
    "call-error-line": _on(BABELFISH, reason=_NO_PROCEDURE_NAMES),
    "routine-function-columns": _on(BABELFISH, reason=_NO_FUNCTION_COLUMNS),
    "call-left-open": _on(POSTGRES, reason=_NO_OPEN_TRANSACTIONS),
    "call-table-type": _on(POSTGRES, reason=_NO_TABLE_TYPES),
    "call-table-type-empty": _on(POSTGRES, reason=_NO_TABLE_TYPES),
    "call-table-type-many": _on(POSTGRES, reason=_NO_TABLE_TYPES),
    **{
        f"value-kinds[{kind}]": _on(BABELFISH, reason=_NO_TYPES)
        for kind in ("boolean", "float", "date", "time", "timestamp", "timestamp_tz", "uuid")
    },
}


def differences_of(server: str) -> Mapping[str, str]:
    """Return the reasons by requirement, for `known_differences` of a contract class."""
    return {
        requirement: difference.reason
        for requirement, difference in KNOWN_DIFFERENCES.items()
        if server in difference.servers
    }
