"""What a procedure of SQL Server may do beside reading, by its text.

SQL Server has no read-only transaction: a call at `read` is rolled back, which a COMMIT or a
ROLLBACK inside defeats. So the text must show that it only reads. Temporary tables and variables
may be filled, other procedures may be run, as far as they are judged too. Text that is put
together when it runs cannot be judged. Sources: "CREATE PROCEDURE (Transact-SQL)", "EXECUTE
(Transact-SQL)", "COMMIT TRANSACTION (Transact-SQL)", "SET IMPLICIT_TRANSACTIONS (Transact-SQL)".
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

import attrs

from sqlcore.domain.lexing import LexError, TokenKind, line_of
from sqlcore.services.guarding.calls import unquoted
from sqlcore.services.guarding.decision import Refusal
from sqlcore.services.guarding.mentions import Mention, Mentions, mentions_of
from sqlcore.services.guarding.outline import Outline, looks_ascii
from sqlcore.services.guarding.tsql_bodies import harms_of_dot, is_defined, is_head
from sqlcore.services.guarding.tsql_calls import fold, folded, unknown_call
from sqlcore.services.guarding.tsql_letters import refuse_doubtful_letters
from sqlcore.services.guarding.tsql_modules import outline_of
from sqlcore.services.guarding.tsql_statements import harms_of_setting, harms_of_statement
from sqlcore.services.guarding.tsql_temporary import name_ends
from sqlcore.services.guarding.tsql_words import READ_WORDS, REFUSED_WORDS
from sqlcore.services.guarding.words import words

__all__ = ["ProcedureReach", "judge_procedure"]

_RUNS_TEXT = words("sp_executesql")
_TEXT_PARAMETERS = frozenset({"@stmt", "@statement"})
_OF_SERVER_TOO = frozenset({"", "dbo"})
"""Schemas in which a name that the server has means the server's. Source: "CREATE PROCEDURE"."""
_READERS = words(
    """
    sp_columns sp_databases sp_depends sp_fkeys sp_help sp_helpconstraint sp_helpindex sp_helptext
    sp_lock sp_pkeys sp_special_columns sp_statistics sp_stored_procedures sp_tables sp_who sp_who2
    sp_xml_preparedocument sp_xml_removedocument
    """
)
"""The server's own procedures that only read."""
_BODY_STARTS = words(
    """
    ALTER BEGIN BREAK CHECKPOINT CLOSE COMMIT CONTINUE CREATE DBCC DEALLOCATE DECLARE DELETE DENY
    DROP EXEC EXECUTE FETCH GOTO GRANT IF INSERT KILL MERGE OPEN PRINT RAISERROR READTEXT RECEIVE
    RECONFIGURE RETURN REVERT REVOKE ROLLBACK SAVE SELECT SEND SET THROW TRUNCATE UPDATE USE WAITFOR
    WHILE WITH
    """
)
_UNREADABLE = "has a text that cannot be understood"
_RESERVED = READ_WORDS | REFUSED_WORDS
_MOST_PARTS = 3
_MOST_KEPT = 256


@attrs.frozen(kw_only=True)
class ProcedureReach:
    """What a procedure's text shows.

    Attributes:
        harm: Why it may do more than read, to follow its name and "which"; None if only what it
            reaches counts.
        mentions: What the text names; judged as a statement's mentions are.
        calls: The procedures that it runs, by the parts of their names as they are written; an
            empty part stands for one that is left out.
    """

    harm: str | None = None
    mentions: Mentions = attrs.field(factory=Mentions)
    calls: tuple[tuple[str, ...], ...] = ()


@functools.lru_cache(maxsize=_MOST_KEPT)
def judge_procedure(text: str) -> ProcedureReach:
    """Judge the text that made a procedure."""
    return _judged(text, is_module=True)


def _judged(text: str, *, is_module: bool) -> ProcedureReach:
    try:
        outline = outline_of(text)
        refuse_doubtful_letters(outline)
        is_doubtful = any(looks_ascii(word) and not word.isascii() for word in outline.vocabulary)
        if is_doubtful or (is_module and not _makes_procedure(outline)):
            return ProcedureReach(harm=_UNREADABLE)
        body = _Body(outline, is_module=is_module)
        harm = next(body.harms(), None)
        if harm is not None:
            line = line_of(text, outline.starts[body.at]) if is_module else 1
            return ProcedureReach(harm=harm if line == 1 else f"{harm} in line {line} of its text")
        called = (at for at in outline.called_names(0) if not _is_made(outline, at))
        unknown = (unknown_call(outline, at, frozenset()) for at in called)
        calls = tuple(call for call in unknown if call is not None)
        mentions = mentions_of(outline, range(len(outline)), folded, calls)
        mentions = attrs.evolve(mentions, names=(*mentions.names, *_merged(outline)))
    except LexError as error:
        return ProcedureReach(harm=f"{_UNREADABLE}: {error.message.rstrip('.')}")
    except Refusal as refusal:
        return ProcedureReach(harm=f"{_UNREADABLE}: {refusal.reason.rstrip('.')}")
    inner = [_judged(text, is_module=False) for text in body.texts]
    for reach in inner:
        if reach.harm is not None:
            return reach
    return ProcedureReach(
        mentions=_joined([mentions, *(reach.mentions for reach in inner)]),
        calls=tuple(body.calls) + tuple(call for reach in inner for call in reach.calls),
    )


def _makes_procedure(outline: Outline) -> bool:
    """Say whether a text begins as that of a procedure does."""
    kind = 3 if outline.words[:3] == ["CREATE", "OR", "ALTER"] else 1
    return outline.word(0) in ("CREATE", "ALTER") and outline.word(kind) in ("PROC", "PROCEDURE")


def _joined(mentions: list[Mentions]) -> Mentions:
    def all_of(name: str) -> tuple[Mention, ...]:
        return tuple(mention for one in mentions for mention in getattr(one, name))

    return attrs.evolve(
        mentions[0],
        functions=all_of("functions"),
        unknown=all_of("unknown"),
        names=all_of("names"),
        types=all_of("types"),
        operators=all_of("operators"),
    )


def _merged(outline: Outline) -> Iterator[Mention]:
    """Give the views and tables that MERGE reads; dotted names are mentioned anyway."""
    for at in range(1, len(outline)):
        if outline.word(at - 1) == "USING" and outline.is_name(at):
            yield Mention((folded(outline, at),), outline.starts[at])


def _is_made(outline: Outline, index: int) -> bool:
    """Say whether a name before a parenthesis is no call: it is defined, or filled, there."""
    start = outline.name_starts(index)
    return (
        is_defined(outline, index)
        or unquoted(outline.text(index)).startswith("#")
        or outline.word(start - 1) in ("PROC", "PROCEDURE")
        or (outline.word(index) == "INCLUDE" and outline.text(index - 1) == ")")  # of an index
        or (outline.words[index - 1 : index + 1] == ["RESULT", "SETS"])  # EXEC p WITH RESULT SETS
    )


class _Body:
    """Goes through a text; what it runs is noted on the way.

    Attributes:
        at: The token that it looks at.
        calls: As of `ProcedureReach`.
        texts: Constant texts that it runs.
    """

    def __init__(self, outline: Outline, *, is_module: bool) -> None:
        self._outline = outline
        self._is_module = is_module
        self.at = 0
        self.calls: list[tuple[str, ...]] = []
        self.texts: list[str] = []

    def harms(self) -> Iterator[str]:
        """Give each reason why it may do more than read."""
        outline = self._outline
        yield from self._harms_of_start()
        for index, word in enumerate(outline.words):
            self.at = index
            before = outline.text(index - 1)
            if outline.texts[index] == ".":
                yield from harms_of_dot(outline, index)
            if not word or (before == "." and word not in _RESERVED):
                continue
            if word in ("EXEC", "EXECUTE"):
                yield from self._harms_of_call(index)
            elif word == "CALL" and before in ("{", "="):
                yield "runs something ({call})"
            elif word == "SET":
                yield from harms_of_setting(outline, index)
            elif not (self._is_module and is_head(outline, index)):
                yield from harms_of_statement(outline, index)

    def _harms_of_call(self, index: int) -> Iterator[str]:
        """Look at what stands behind EXEC."""
        outline = self._outline
        at = index + 1
        if outline.word(at) == "AS":
            return  # EXECUTE AS OWNER
        if outline.text(at) == "(":
            closed = outline.partners[at]
            is_constant = closed == at + 2 and _is_constant(outline, at + 1)
            if not is_constant or outline.word(closed + 1) in ("AS", "AT"):
                yield "runs text that it puts together (EXEC)"
            else:
                self.texts.append(_constant(outline.text(at + 1)))
            return
        if outline.kind(at) is TokenKind.VARIABLE and outline.text(at + 1) == "=":
            at += 2
        yield from self._harms_of_name(at)

    def _harms_of_name(self, start: int) -> Iterator[str]:
        """Look at the procedure whose name stands at an index."""
        outline = self._outline
        end = name_ends(outline, start)
        if not all(outline.is_name(at) for at in (start, end)):
            yield "runs a procedure whose name is not written (EXEC)"
            return
        parts = _parts(outline, start, end)
        name = folded(outline, end)
        if len(parts) > _MOST_PARTS:
            yield f"runs {'.'.join(parts)} on a linked server"
        elif outline.text(end + 1) == ";" and outline.kind(end + 2) is TokenKind.NUMBER:
            yield f"runs {'.'.join(parts)};{outline.text(end + 2)}, which is not looked into"
        elif name.startswith("xp_"):
            yield f"runs {name}, which is code outside the database"
        elif name in _RUNS_TEXT and (_is_servers(parts) or fold(parts[-2]) in _OF_SERVER_TOO):
            if len(parts) == _MOST_PARTS:
                yield f"runs text in a database that it names ({'.'.join(parts)})"
            yield from self._harms_of_text(end + 1)
        elif not (_is_servers(parts) and name in _READERS):
            self.calls.append(parts)

    def _harms_of_text(self, at: int) -> Iterator[str]:
        """Look at what `sp_executesql` runs."""
        outline = self._outline
        if outline.text(at).lower() in _TEXT_PARAMETERS and outline.text(at + 1) == "=":
            at += 2
        is_constant = _is_constant(outline, at) and outline.text(at + 1) != "+"
        if is_constant:
            self.texts.append(_constant(outline.text(at)))
        else:
            yield "runs text that it puts together (sp_executesql)"

    def _harms_of_start(self) -> Iterator[str]:
        """Look whether the text begins with the name of a procedure: EXEC may be left out there."""
        outline = self._outline
        at = self._first()
        while outline.text(at) == ";" or outline.word(at) in ("ATOMIC", "BEGIN", "TRY"):
            at += 1
        is_statement = outline.word(at) in _BODY_STARTS or outline.text(at + 1) == ":"
        if outline.is_name(at) and not is_statement and outline.word(at) not in ("END", "EXTERNAL"):
            self.at = at
            yield from self._harms_of_name(at)

    def _first(self) -> int:
        """Find the first token of the body, behind AS."""
        outline = self._outline
        if not self._is_module:
            return 0
        for at, word in enumerate(outline.words):
            is_header_s = outline.kind(at - 1) is not TokenKind.VARIABLE  # `@a AS int`
            is_header_s = is_header_s and outline.word(at - 1) not in ("EXEC", "EXECUTE")
            if word == "AS" and outline.openers[at] < 0 and is_header_s:
                return at + 1
        return len(outline)


def _parts(outline: Outline, start: int, end: int) -> tuple[str, ...]:
    """Give the parts of a name; one left out between two dots is empty."""
    parts: list[str] = []
    for at in range(start, end + 1):
        if outline.texts[at] != ".":
            parts.append(unquoted(outline.texts[at]))
        elif outline.text(at + 1) == ".":
            parts.append("")
    return tuple(parts)


def _is_servers(parts: tuple[str, ...]) -> bool:
    """Say whether a name can mean a procedure of the server's own, which comes before any other."""
    return len(parts) == 1 or fold(parts[-2]) == "sys"


def _is_constant(outline: Outline, at: int) -> bool:
    """Say whether a string stands there that means what it shows.

    The server takes a backslash and the line end behind it away. Source: "Backslash (Line
    Continuation) (Transact-SQL)".
    """
    text = outline.text(at)
    is_joined = "\\\n" in text or "\\\r" in text
    return outline.kind(at) is TokenKind.STRING and not is_joined


def _constant(text: str) -> str:
    """Give what a string holds."""
    return text[text.index("'") + 1 : -1].replace("''", "'")
