"""Writing the batch of a call.

The text that runs inside `sp_executesql` has names, variables and nothing else: every value is a
parameter, and the rows of a table type are put into a variable before. So the text is the same
for all calls of one form. An EXEC stands in TRY, for two reasons: error 266 (the procedure left
a transaction open, or ended ours) is then no error but a note, and an error in a call that is
rolled back says whether our transaction was still there. Such a call runs one transaction deeper
than ours: a COMMIT that nobody has seen in a text ends the inner one, which makes nothing stay.
THROW hands an error on with its number, severity, procedure and line; of several errors of one
statement it hands on the last. Sources: "TRY...CATCH (Transact-SQL)", "THROW (Transact-SQL)",
"COMMIT TRANSACTION (Transact-SQL)".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from sqlcore.adapters.mssql.batches import call, declarations
from sqlcore.adapters.mssql.calling_types import base_of, bound, cell, expressions, variable_type
from sqlcore.adapters.mssql.calling_types import is_clr as is_clr_type
from sqlcore.adapters.mssql.dialect import quoted, quoted_part
from sqlcore.adapters.mssql.literals import BoundParameter
from sqlcore.adapters.mssql.routines_text import is_constant
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.lexing import LexError, TokenKind, tokenize
from sqlcore.domain.procedure import (
    Direction,
    ProcedureCall,
    ProcedureParameter,
    Routine,
    RoutineKind,
)
from sqlcore.domain.types import SqlType
from sqlcore.errors import InvalidArgumentError, UnsupportedError

__all__ = ["ENDED_OURS", "CallBatch", "Output", "output_names", "write_call"]

_MOST_ROWS = 1000
"""The most rows of one VALUES. Source: "Table Value Constructor (Transact-SQL)"."""
ENDED_OURS = 2_147_000_266
"""The number of our own error for a call that fails without the transaction around it."""
_HEADS = ("code", "count", "state")


@attrs.frozen
class Output:
    """A value that is read back, in `width` columns."""

    name: str
    type: SqlType
    width: int


@attrs.frozen(kw_only=True)
class CallBatch:
    """A call as it is sent.

    Attributes:
        prelude: Makes the variables of table types and fills them.
        text: What runs inside `sp_executesql`.
        plain_text: What the server is asked about for the types of the first result set: an EXEC
            alone, for TRY has two ways through it.
        parameters: Of the text.
        outputs: What the last result set has, behind code, count and state; None where there is
            no such result set.
        returned: What the last result set has of a function, in its only columns.
        is_nested: Whether it runs in a transaction inside ours.
    """

    prelude: str
    text: str
    plain_text: str
    parameters: tuple[BoundParameter, ...]
    outputs: tuple[Output, ...] | None = None
    returned: Output | None = None
    is_nested: bool = False

    @property
    def batch(self) -> str:
        """The whole."""
        begin = "BEGIN TRANSACTION;\n" if self.is_nested else ""
        return begin + self.prelude + call(self.text, self.parameters)

    @property
    def depth(self) -> int:
        """How many transactions are open behind it."""
        return 2 if self.is_nested else 1

    @property
    def declared(self) -> str:
        """The declarations of its parameters."""
        return declarations(self.parameters)

    @property
    def columns(self) -> tuple[str, ...] | None:
        """The names of the columns of the last result set; None where there is none."""
        if self.returned is not None:
            return output_names(self.returned.width)
        if self.outputs is None:
            return None
        return output_names(len(_HEADS) + sum(output.width for output in self.outputs))


def output_names(count: int) -> tuple[str, ...]:
    """Name the columns of the last result set."""
    return tuple(f"sqlcore_outputs_{number}" for number in range(count))


def write_call(
    wanted: ProcedureCall, *, savepoint: str | None, may_end_transaction: bool
) -> CallBatch:
    """Write a call.

    Args:
        wanted: The routine and its arguments.
        savepoint: Of a call that is rolled back; None for one that is committed.
        may_end_transaction: Whether the text of the routine has COMMIT or ROLLBACK, or is unknown.

    Raises:
        InvalidArgumentError: A name, type or value cannot be said in a batch.
        UnsupportedError: SQL Server has no way to pass such a parameter.
    """
    writer = _Writer(wanted)
    routine = wanted.routine
    if routine.kind is RoutineKind.PROCEDURE:
        return writer.procedure(savepoint, may_end_transaction=may_end_transaction)
    if routine.kind is RoutineKind.FUNCTION:
        return writer.function()
    return writer.table_function()


class _Writer:
    """Numbers the variables of one call."""

    def __init__(self, wanted: ProcedureCall) -> None:
        self._routine = wanted.routine
        self._name = quoted(_with_schema(wanted.routine))
        self._given = {argument.parameter.ordinal: argument for argument in wanted.arguments}
        self._prelude: list[str] = []
        self._parameters: list[BoundParameter] = []
        self._declared: list[str] = []

    def procedure(self, savepoint: str | None, *, may_end_transaction: bool) -> CallBatch:
        """Write EXEC, and the SELECT of what it handed back."""
        arguments: list[str] = []
        reads: list[str] = []
        outputs: list[Output] = []
        for parameter in self._routine.parameters:
            variable = self._variable(parameter)
            if variable is None:
                continue
            is_output = parameter.direction is not Direction.IN
            mark = " OUTPUT" if is_output else ""
            arguments.append(f"@{_checked_name(parameter.name)} = {variable}{mark}")
            if is_output:
                columns = expressions(_sent_type(parameter), variable)
                reads += columns
                outputs.append(Output(parameter.name, parameter.type, len(columns)))
        plain = f"EXEC {self._name} {', '.join(arguments)}".rstrip()
        listed = _named(["@sqlcore_code", "@sqlcore_count", "@sqlcore_state", *reads])
        text = "\n".join(
            (
                *self._declared,
                "DECLARE @sqlcore_code int, @sqlcore_count int, @sqlcore_state int;",
                "BEGIN TRY",
                f"EXEC @sqlcore_code = {self._name} {', '.join(arguments)}".rstrip() + ";",
                "END TRY",
                _settled(savepoint, may_end_transaction=may_end_transaction),
                f"SELECT {listed};",
            )
        )
        plain = "\n".join((*self._declared, plain))
        return self._batch(text, plain, outputs=tuple(outputs), is_nested=savepoint is not None)

    def function(self) -> CallBatch:
        """Write the SELECT of a value."""
        called = f"{self._name}({self._arguments()})"
        kind = self._routine.returns or SqlType(name="sql_variant")
        declared = variable_type(kind, "returned")
        reads = expressions(kind, "@sqlcore_returned")
        text = "\n".join(
            (
                *self._declared,
                f"DECLARE @sqlcore_returned {declared};",
                f"SELECT @sqlcore_returned = {called};",
                f"SELECT {_named(reads)};",
            )
        )
        return self._batch(text, text, returned=Output("", kind, len(reads)))

    def table_function(self) -> CallBatch:
        """Write the SELECT of rows."""
        called = f"{self._name}({self._arguments()})"
        text = "\n".join((*self._declared, f"SELECT * FROM {called}"))  # noqa: S608  quoted name
        return self._batch(text, text)

    def _batch(self, text: str, plain: str, **more: Any) -> CallBatch:
        return CallBatch(
            prelude="".join(self._prelude),
            text=text,
            plain_text=plain,
            parameters=tuple(self._parameters),
            **more,
        )

    def _arguments(self) -> str:
        """List the arguments of a function: by place, and each has to be there."""
        return ", ".join(
            self._variable(parameter) or "DEFAULT" for parameter in self._routine.parameters
        )

    def _variable(self, parameter: ProcedureParameter) -> str | None:
        """Make the variable of a parameter; None where it is left to its default."""
        argument = self._given.get(parameter.ordinal)
        if base_of(parameter.type) == "cursor":
            raise UnsupportedError(
                f"The parameter @{parameter.name} is a cursor, which sqlcore does not read.",
                hint="Call it from a batch that fetches from the cursor, or let it SELECT.",
                parameter=parameter.name,
            )
        if _is_table(parameter):
            # One that is left out is empty; Babelfish 4.3 wants it all the same.
            return self._table(parameter, () if argument is None else argument.value)
        if argument is None and parameter.direction is Direction.IN:
            return None
        name = f"p{len(self._parameters) + 1}"
        kind = _sent_type(parameter)
        value = None if argument is None else argument.value
        written = bound(name, value, kind, parameter.name)
        if argument is None and parameter.default and is_constant(parameter.default):
            # An OUTPUT argument cannot be DEFAULT: its variable begins with the same constant.
            written = attrs.evolve(written, literal=parameter.default, is_expression=True)
        self._parameters.append(written)
        # Babelfish 4.3 takes no parameter of ours for an output; text becomes a CLR type here.
        if parameter.direction is Direction.IN and not is_clr_type(kind):
            return f"@{name}"
        self._declared.append(
            f"DECLARE @sqlcore_{name} {variable_type(kind, parameter.name)} = @{name};"
        )
        return f"@sqlcore_{name}"

    def _table(self, parameter: ProcedureParameter, rows: Sequence[Sequence[Any]]) -> str:
        """Fill a variable of a table type."""
        if self._routine.name.database is not None:
            raise UnsupportedError(
                f"The table type of @{parameter.name} is in another database, where SQL Server"
                " cannot make a variable of it.",
                hint="Connect to that database.",
                parameter=parameter.name,
            )
        name = f"p{len(self._parameters) + 1}"
        variable = f"@sqlcore_t{len(self._parameters) + 1}"
        kind = quoted(QualifiedName.parse(parameter.type.name))
        self._prelude.append(f"DECLARE {variable} {kind};\n")
        into = ", ".join(quoted_part(column.name) for column in parameter.columns)
        for start in range(0, len(rows), _MOST_ROWS):
            chunk = ",\n".join(_row(parameter, row) for row in rows[start : start + _MOST_ROWS])
            self._prelude.append(f"INSERT INTO {variable} ({into}) VALUES\n{chunk};\n")
        self._parameters.append(BoundParameter(name, f"{kind} READONLY", variable))
        return f"@{name}"


def _row(parameter: ProcedureParameter, row: Sequence[Any]) -> str:
    if len(row) != len(parameter.columns) or not parameter.columns:
        raise InvalidArgumentError(
            f"A row for @{parameter.name} has {len(row)} values where {parameter.type.name} has"
            f" {len(parameter.columns)} columns.",
            parameter=parameter.name,
        )
    cells = (cell(column, value) for column, value in zip(parameter.columns, row, strict=True))
    return f"({', '.join(cells)})"


def _is_table(parameter: ProcedureParameter) -> bool:
    return bool(parameter.columns)


def _sent_type(parameter: ProcedureParameter) -> SqlType:
    return parameter.base_type or parameter.type


def _with_schema(routine: Routine) -> QualifiedName:
    if routine.name.schema is None:
        raise InvalidArgumentError(
            f"The routine {routine.name} has no schema.", hint="Find it before it is called."
        )
    return routine.name


def _checked_name(name: str) -> str:
    """See to it that a parameter's name is one word: names of variables cannot be quoted.

    Raises:
        InvalidArgumentError: It is none.
    """
    try:
        tokens = tokenize(f"@{name}", "tsql")
    except LexError:
        tokens = ()
    if len(tokens) != 1 or tokens[0].kind is not TokenKind.VARIABLE or not name:
        raise InvalidArgumentError(
            f"{name[:40]!r} cannot be the name of a parameter of SQL Server.", parameter=name[:40]
        )
    return name


def _named(reads: Sequence[str]) -> str:
    names = output_names(len(reads))
    return ", ".join(f"{read} AS {name}" for read, name in zip(reads, names, strict=True))


def _settled(savepoint: str | None, *, may_end_transaction: bool) -> str:
    """Write what looks at the transaction behind an EXEC, and leaves one as there was before."""
    looked = "SELECT @sqlcore_count = @@TRANCOUNT, @sqlcore_state = XACT_STATE();"
    if savepoint is None:
        return (
            "BEGIN CATCH IF ERROR_NUMBER() <> 266 THROW; END CATCH;\n"
            f"{looked}\n"
            "IF @sqlcore_state = -1 OR @sqlcore_count > 1 ROLLBACK TRANSACTION;\n"
            "IF @@TRANCOUNT = 0 BEGIN TRANSACTION;"
        )
    # A doomed transaction is rolled back, as it would be. Whether it was ours nobody can tell
    # where the text may have ended that: then none is left, which is found out behind the call.
    again = f" BEGIN TRANSACTION; SAVE TRANSACTION {savepoint}; BEGIN TRANSACTION;"
    again = "" if may_end_transaction else again
    ended = f"THROW {ENDED_OURS}, N'The transaction was ended.', 1;"
    return (
        f"BEGIN CATCH IF ERROR_NUMBER() <> 266 BEGIN IF @@TRANCOUNT < 2 {ended} THROW; END"
        " END CATCH;\n"
        f"{looked}\n"
        f"IF @sqlcore_state = -1 BEGIN ROLLBACK TRANSACTION;{again} END\n"
        f"ELSE IF @sqlcore_count < 2 {ended}\n"
        "WHILE @@TRANCOUNT > 2 AND XACT_STATE() = 1 COMMIT TRANSACTION;\n"
        "SET @sqlcore_count = @sqlcore_count - 1;"
    )
