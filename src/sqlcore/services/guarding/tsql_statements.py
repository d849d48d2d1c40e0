"""What a statement of a T-SQL procedure may do beside reading, by its words.

What is received from a queue comes back after a rollback, but after five of them the queue is
switched off. The log of the server and the keys of a session know no rollback. Sources: "RECEIVE
(Transact-SQL)", "Poison message handling", "RAISERROR (Transact-SQL)", "OPEN SYMMETRIC KEY
(Transact-SQL)", "ADD SIGNATURE (Transact-SQL)", "Table hints (Transact-SQL)", "SET Statements".
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlcore.services.guarding.outline import Outline
from sqlcore.services.guarding.tsql_bodies import assigns
from sqlcore.services.guarding.tsql_temporary import (
    changes_temporary,
    defines_temporary,
    dots_of_name,
    is_temporary,
)
from sqlcore.services.guarding.words import words

__all__ = ["harms_of_setting", "harms_of_statement"]

_REMOTE_SOURCES = words("OPENDATASOURCE OPENQUERY OPENROWSET")
_TRANSACTIONS = words("COMMIT DISTRIBUTED ROLLBACK SAVE TRAN TRANSACTION")
_STATEMENTS = words(
    """
    BACKUP BULK CHECKPOINT DBCC DENY DUMP GRANT KILL LOAD RECONFIGURE RESTORE REVOKE SETUSER
    SHUTDOWN TRIGGER UPDATETEXT WRITETEXT
    """
)
_HINTS = words("HINT PLAN")
"""What USE has behind it in OPTION; elsewhere it changes the database."""
_DEFINITIONS = words("ALTER CREATE DROP TRUNCATE")
_CHANGES = words("DELETE INSERT INTO MERGE UPDATE")
_SETTINGS = words(
    """
    ANSI_NULLS ANSI_NULL_DFLT_OFF ANSI_NULL_DFLT_ON ANSI_PADDING ANSI_WARNINGS ARITHABORT
    ARITHIGNORE CONCAT_NULL_YIELDS_NULL DATEFIRST DATEFORMAT DEADLOCK_PRIORITY FORCEPLAN LANGUAGE
    LOCK_TIMEOUT NOCOUNT NUMERIC_ROUNDABORT QUOTED_IDENTIFIER ROWCOUNT STATISTICS TEXTSIZE
    XACT_ABORT
    """
)
"""What a procedure may SET: it holds until the procedure ends."""
_TRANSACTION_SETTINGS = words("ANSI_DEFAULTS IMPLICIT_TRANSACTIONS REMOTE_PROC_TRANSACTIONS")
_BEFORE_COLUMN = words("BY SELECT")
_BEFORE_CONVERSATION = words("BEGIN DIALOG END GET MOVE ON")
_KEYS = words("MASTER SYMMETRIC")
_LOCKS = words("TABLOCKX UPDLOCK XLOCK")
_SIGNED = words("COUNTER SENSITIVITY SIGNATURE")
_MOST_DOTS = 2


def harms_of_statement(outline: Outline, index: int) -> Iterator[str]:
    """Give why the word at an index may do more than read."""
    word = outline.words[index]
    if word in _REMOTE_SOURCES:
        yield f"reads outside the database ({word})"
    elif word in _TRANSACTIONS:
        if not _sets_isolation(outline, index):
            yield f"begins or ends a transaction ({word})"
    elif word in _TRANSACTION_SETTINGS:
        if _is_set(outline, index):
            yield f"begins or ends a transaction ({word})"
    elif word in _DEFINITIONS:
        if not defines_temporary(outline, index):
            yield f"changes the database ({word})"
    elif word in _CHANGES:
        if not changes_temporary(outline, index):
            yield f"changes a table ({word})"
    elif word in _STATEMENTS or (word == "USE" and not _is_option(outline, index)):
        yield f"holds {word}"
    elif word == "VALUE" and outline.word(index - 1) == "NEXT":
        yield "advances a sequence"
    else:
        yield from _harms_of_words(outline, index)


def _is_set(outline: Outline, index: int) -> bool:
    """Say whether an option stands in a list behind SET, and is no column."""
    start = index
    while outline.text(start - 1) == "," and outline.word(start - 2):
        start -= 2
    return outline.word(start - 1) == "SET" and outline.text(index + 1) != "="


def _is_option(outline: Outline, index: int) -> bool:
    """Say whether USE stands in OPTION (…), and not before the name of a database."""
    return outline.openers[index] >= 0 and outline.word(index + 1) in _HINTS


def _sets_isolation(outline: Outline, index: int) -> bool:
    """Say whether TRANSACTION is that of SET, or of BEGIN ATOMIC WITH (…) in native procedures."""
    opener = outline.openers[index]
    is_atomic = opener > 0 and outline.words[opener - 3 : opener] == ["BEGIN", "ATOMIC", "WITH"]
    return outline.word(index + 1) == "ISOLATION" and (
        is_atomic or outline.word(index - 1) == "SET"
    )


def harms_of_setting(outline: Outline, index: int) -> Iterator[str]:
    """Give why the SET at an index may do more than set a variable, or an option of the call."""
    setting = outline.word(index + 1)
    is_isolation = setting == "TRANSACTION" and outline.word(index + 2) == "ISOLATION"
    is_listed = setting in _SETTINGS or is_isolation
    is_listed |= setting == "IDENTITY_INSERT" and is_temporary(outline, index + 2)
    is_listed |= setting == "FMTONLY" and outline.word(index + 2) == "OFF"  # of old reports
    if not is_listed and not assigns(outline, index):
        yield f"changes a setting (SET {setting})".replace(" )", ")")


def _harms_of_words(outline: Outline, index: int) -> Iterator[str]:
    """Give the harm that takes more than one word to tell, or a word that is not reserved."""
    word, before, after = outline.words[index], outline.word(index - 1), outline.word(index + 1)
    if (
        (word == "RECEIVE" and before not in _BEFORE_COLUMN and outline.text(index - 1) != ",")
        or (word == "CONVERSATION" and before in _BEFORE_CONVERSATION)
        or (word == "DIALOG" and before == "BEGIN")
    ):
        yield f"uses the message queues of the server ({word})"
    elif word == "RAISERROR" and _is_logged(outline, index):
        yield "writes to the server's log (RAISERROR … WITH LOG)"
    elif word == "OPEN" and after in _KEYS and outline.word(index + 2) == "KEY":
        yield f"opens a key (OPEN {after} KEY)"
    elif word == "ADD" and after in _SIGNED and "TO" in outline.words[index + 2 : index + 4]:
        yield f"changes the database (ADD {after})"
    elif word in _LOCKS and _hints_at_table(outline, outline.openers[index]):
        yield f"keeps others from reading or writing ({word})"
    elif word == "USING" and dots_of_name(outline, index + 1) > _MOST_DOTS:
        yield "reads a linked server"


def _hints_at_table(outline: Outline, opener: int) -> bool:
    """Say whether a bracket may hold hints for another table than a temporary one."""
    at = opener - 1
    at -= outline.word(at) == "WITH"
    return opener >= 0 and not is_temporary(outline, outline.name_starts(at))


def _is_logged(outline: Outline, index: int) -> bool:
    """Look for LOG in `RAISERROR (…) WITH NOWAIT, LOG`."""
    at = outline.partners.get(index + 1, index) + 1
    if outline.word(at) != "WITH":
        return False
    at += 1
    while outline.word(at) in ("NOWAIT", "SETERROR") or outline.text(at) == ",":
        at += 1
    return outline.word(at) == "LOG"
