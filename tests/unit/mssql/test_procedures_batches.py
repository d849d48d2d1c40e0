"""Names, types and values of a call stay in their place, whatever they are."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlcore.adapters.mssql.calling_batch import CallBatch, output_names, write_call
from sqlcore.adapters.mssql.types import sql_type
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.lexing import Token, TokenKind, tokenize
from sqlcore.domain.procedure import (
    Argument,
    Direction,
    ProcedureCall,
    ProcedureParameter,
    Routine,
    RoutineKind,
    TableTypeColumn,
)
from sqlcore.domain.types import SqlType
from sqlcore.errors import InvalidArgumentError, UnsupportedError

_BLANK = (TokenKind.WHITESPACE, TokenKind.COMMENT)
_NAMES = st.text(
    st.sampled_from("]['\";-/*@ .\n\\aü🐘%:{}()") | st.characters(exclude_categories=["Cs"]),
    min_size=1,
    max_size=40,
).filter(lambda name: "\0" not in name)
_TEXTS = st.text(
    st.sampled_from("]['\";-/*@\n\\aü🐘%\0") | st.characters(exclude_categories=["Cs"]), max_size=40
)


def _parameter(ordinal: int, name: str, kind: str, **more: Any) -> ProcedureParameter:
    return ProcedureParameter(ordinal=ordinal, name=name, type=sql_type(kind), **more)


def _routine(*parameters: ProcedureParameter, **more: Any) -> Routine:
    more = {"name": QualifiedName("p", "dbo"), "kind": RoutineKind.PROCEDURE, **more}
    return Routine(parameters=parameters, **more)


def _written(routine: Routine, *values: Any, savepoint: str | None = None) -> CallBatch:
    arguments = tuple(
        Argument(parameter=parameter, value=value)
        for parameter, value in zip(routine.parameters, values, strict=False)
        if value is not ...
    )
    call = ProcedureCall(routine=routine, arguments=arguments)
    return write_call(call, savepoint=savepoint, may_end_transaction=False)


def _tokens(text: str) -> list[Token]:
    return [token for token in tokenize(text, "tsql") if token.kind not in _BLANK]


def _shape(text: str) -> list[str]:
    """What a text is, but for what its quoted names and strings hold."""
    held = {TokenKind.QUOTED_IDENTIFIER: "name", TokenKind.STRING: "string"}
    return [held.get(token.kind, token.text) for token in _tokens(text)]


def _names_in(text: str) -> list[str]:
    names = []
    for token in _tokens(text):
        if token.kind is TokenKind.QUOTED_IDENTIFIER:
            closing = token.text[-1]
            names.append(token.text[1:-1].replace(closing * 2, closing))
    return names


@given(_NAMES, _NAMES, _NAMES, st.sampled_from(RoutineKind))
def test_a_hostile_name_is_one_name(
    name: str, schema: str, database: str, kind: RoutineKind
) -> None:
    plain = _routine(name=QualifiedName("p", "s", "d"), kind=kind, returns=sql_type("int"))
    hostile = attrs.evolve(plain, name=QualifiedName(name, schema, database))
    assert _shape(_written(plain).text) == _shape(_written(hostile).text)
    assert [database, schema, name] == _names_in(_written(hostile).text)


@given(_TEXTS, _TEXTS)
def test_values_are_in_no_text_that_runs(one: str, other: str) -> None:
    routine = _routine(
        _parameter(1, "a", "nvarchar(max)"),
        _parameter(2, "b", "varchar(10)", direction=Direction.IN_OUT),
        _parameter(3, "c", "sql_variant"),
    )
    first, second = _written(routine, one, other, one), _written(routine, "x", "y", 1)
    assert first.text == second.text
    assert first.plain_text == second.plain_text
    assert "" == first.prelude


@given(st.lists(st.tuples(_TEXTS, _TEXTS), min_size=1, max_size=3), _NAMES, _NAMES)
def test_rows_of_a_table_type_are_constants(
    rows: list[tuple[str, str]], type_name: str, column: str
) -> None:
    def written(type_name: str, column: str, values: list[tuple[Any, ...]]) -> CallBatch:
        table = ProcedureParameter(
            ordinal=1,
            name="t",
            type=SqlType(name=str(QualifiedName(type_name, "dbo"))),
            columns=(
                TableTypeColumn(name=column, type=sql_type("nvarchar(40)")),
                TableTypeColumn(name="b", type=sql_type("varchar(max)")),
            ),
        )
        return _written(_routine(table), tuple(values))

    hostile = written(type_name, column, list(rows))
    assert _names_in(hostile.prelude)[:4] == ["dbo", type_name, column, "b"]
    kinds = {token.kind for token in _tokens(hostile.prelude)}
    assert kinds <= {
        TokenKind.WORD,
        TokenKind.VARIABLE,
        TokenKind.QUOTED_IDENTIFIER,
        TokenKind.STRING,
        TokenKind.PUNCTUATION,
        TokenKind.NUMBER,
        TokenKind.OPERATOR,
    }
    words = {t.text for t in _tokens(hostile.prelude) if t.kind is TokenKind.WORD}
    assert words <= {"DECLARE", "INSERT", "INTO", "VALUES", "CAST", "AS", "nvarchar", "max"}
    assert written("T", "a", [("x", "y")]).text == hostile.text


@pytest.mark.parametrize(
    "name", ["", "a b", "a;", "a--", "a'", "a]", "a\n", "a=1,@b", "a/**/", "@", "a\0", " a"]
)
def test_a_name_that_no_variable_can_have_is_refused(name: str) -> None:
    if name == "@":
        return  # `@@` reads as one name, which the server does not know
    with pytest.raises(InvalidArgumentError):
        _written(_routine(_parameter(1, name, "int")), 1)


@pytest.mark.parametrize("kind", ["int; DROP", "int)", "dbo.", "nvarchar(max) = 1", "int OUTPUT"])
def test_a_type_that_is_none_is_refused(kind: str) -> None:
    with pytest.raises(InvalidArgumentError):
        _written(_routine(_parameter(1, "a", kind)), "1")


def test_what_is_left_out_is_left_to_the_server() -> None:
    routine = _routine(
        _parameter(1, "a", "int"), _parameter(2, "b", "int"), _parameter(3, "c", "int")
    )
    batch = _written(routine, ..., None, 3)
    assert "EXEC @sqlcore_code = [dbo].[p] @b = @p1, @c = @p2;" in batch.text
    assert ["NULL", "3"] == [parameter.literal for parameter in batch.parameters]
    function = attrs.evolve(routine, kind=RoutineKind.TABLE_FUNCTION)
    assert _written(function, ..., None, 3).text == "SELECT * FROM [dbo].[p](DEFAULT, @p1, @p2)"


def test_an_output_that_is_left_out_begins_with_its_default() -> None:
    def first_literal(default: str | None) -> str:
        output = _parameter(1, "o", "int", direction=Direction.IN_OUT, default=default)
        (written,) = _written(_routine(output)).parameters
        return written.literal

    assert "-5" == first_literal("-5")
    assert "NULL" == first_literal(None)
    assert "NULL" == first_literal("1; DROP TABLE t")
    assert "NULL" == first_literal("abc")


def test_the_outputs_have_columns_of_their_own() -> None:
    routine = _routine(
        _parameter(1, "o", "int", direction=Direction.IN_OUT),
        _parameter(2, "v", "sql_variant", direction=Direction.IN_OUT),
        _parameter(3, "h", "hierarchyid", direction=Direction.IN_OUT),
    )
    batch = _written(routine, 1, 2, "/1/")
    assert output_names(3 + 1 + 3 + 1) == batch.columns
    assert "@sqlcore_p3.ToString() AS sqlcore_outputs_7;" in batch.text
    assert "DECLARE @sqlcore_p3 hierarchyid = @p3;" in batch.text
    assert _written(attrs.evolve(routine, kind=RoutineKind.TABLE_FUNCTION)).columns is None


@pytest.mark.parametrize(
    ("kind", "value", "declared"),
    [
        ("decimal(12,2)", Decimal("1.5"), "decimal(12,2)"),
        ("varchar(5)", "ü", "varchar(5)"),
        ("text", "a", "varchar(max)"),
        ("ntext", "a", "nvarchar(max)"),
        ("image", b"a", "varbinary(max)"),
        ("timestamp", b"\0" * 8, "binary(8)"),
        ("datetime2(3)", "2024-01-01", "datetime2(3)"),
        ("json", "{}", "nvarchar(max)"),
        ("sql_variant", 2**40, "bigint"),
        ("sql_variant", None, "sql_variant"),
    ],
)
def test_a_value_is_declared_by_the_type_of_its_parameter(
    kind: str, value: Any, declared: str
) -> None:
    (written,) = _written(_routine(_parameter(1, "a", kind)), value).parameters
    assert declared == written.type


def test_an_alias_type_is_declared_as_what_it_stands_on() -> None:
    alias = ProcedureParameter(
        ordinal=1,
        name="a",
        type=SqlType(name='dbo."a; b"'),
        base_type=sql_type("varchar(20)"),
    )
    (written,) = _written(_routine(alias), "x").parameters
    assert "varchar(20)" == written.type


def test_a_column_of_an_alias_type_is_written_as_what_it_stands_on() -> None:
    alias = SqlType(name='dbo."a; b"')
    table = ProcedureParameter(
        ordinal=1,
        name="t",
        type=SqlType(name="dbo.T"),
        columns=(
            TableTypeColumn(name="n", type=alias, base_type=sql_type("decimal(5,2)")),
            TableTypeColumn(name="w", type=alias, base_type=sql_type("varchar(3)")),
        ),
    )
    prelude = _written(_routine(table), ((Decimal("1.50"), "abcd"),)).prelude
    assert "(CAST(1.50 AS decimal(5,2)), CAST(N'abcd' AS nvarchar(max)))" in prelude
    assert "a; b" not in prelude


def test_a_call_that_is_rolled_back_runs_in_a_transaction_inside_ours() -> None:
    rolled_back, committed = _written(_routine(), savepoint="s1"), _written(_routine())
    assert rolled_back.batch.startswith("BEGIN TRANSACTION;\nEXEC sp_executesql ")
    assert committed.batch.startswith("EXEC sp_executesql ")
    assert (2, 1) == (rolled_back.depth, committed.depth)
    reading = _routine(kind=RoutineKind.FUNCTION, returns=sql_type("int"))
    assert 1 == _written(reading, savepoint="s1").depth


def test_a_call_that_is_rolled_back_tells_an_error_without_its_transaction() -> None:
    routine = _routine()
    assert "THROW 2147000266" in _written(routine, savepoint="s1").text
    assert "SAVE TRANSACTION s1" in _written(routine, savepoint="s1").text
    assert "SAVE" not in _written(routine).text
    ends = write_call(ProcedureCall(routine=routine), savepoint="s1", may_end_transaction=True)
    assert "SAVE" not in ends.text
    for text in (_written(routine).text, ends.text):
        assert re.search(r"\bBEGIN TRY\nEXEC .*\nEND TRY\nBEGIN CATCH ", text)


def test_rows_of_a_wrong_width_are_refused_without_their_values() -> None:
    table = ProcedureParameter(
        ordinal=1,
        name="t",
        type=SqlType(name="dbo.T"),
        columns=(TableTypeColumn(name="a", type=sql_type("int")),),
    )
    with pytest.raises(InvalidArgumentError, match="2 values") as caught:
        _written(_routine(table), (("secret", 2),))
    assert "secret" not in str(caught.value)
    elsewhere = _routine(table, name=QualifiedName("p", "dbo", "other"))
    with pytest.raises(UnsupportedError, match="another database"):
        _written(elsewhere, ((1,),))


def test_a_cursor_is_not_read() -> None:
    cursor = ProcedureParameter(
        ordinal=1, name="c", type=SqlType(name="cursor"), direction=Direction.OUT
    )
    with pytest.raises(UnsupportedError, match="cursor"):
        _written(_routine(cursor))
