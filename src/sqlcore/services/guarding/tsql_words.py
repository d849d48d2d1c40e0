"""Words of T-SQL that decide what a statement is.

Source: "Reserved keywords (Transact-SQL)": what is reserved there cannot name anything unquoted.
"""

from __future__ import annotations

from sqlcore.services.guarding.outline import CALL_IT
from sqlcore.services.guarding.words import words

__all__ = [
    "LOCKING_HINTS",
    "LONE_STATEMENTS",
    "PSEUDO_COLUMNS",
    "READ_HINTS",
    "READ_WORDS",
    "REFUSED_WORDS",
    "REMOTE_SOURCES",
]

READ_WORDS = words(
    """
    ALL AND ANY AS ASC BETWEEN BROWSE BY CASE COALESCE COLLATE CONTAINS CONTAINSTABLE CONVERT CROSS
    CURRENT CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER DEFAULT DESC DISTINCT DOUBLE
    ELSE END ESCAPE EXCEPT EXISTS FETCH FOR FREETEXT FREETEXTTABLE FROM FULL GROUP HAVING
    IDENTITYCOL IN INDEX INNER INTERSECT IS JOIN LEFT LIKE MERGE NATIONAL NOT NULL NULLIF OF OFF
    OFFSETS ON OPTION OR ORDER OUTER OVER PERCENT PIVOT PLAN PRECISION RIGHT ROWGUIDCOL SELECT
    SESSION_USER SOME SYSTEM_USER TABLESAMPLE THEN TO TOP TRY_CONVERT UNION UNPIVOT USE USER VALUES
    VARYING WHEN WHERE WITH
    """
)
"""Reserved words that a SELECT may hold; unquoted and before a parenthesis they call no function
but a built-in one."""

REMOTE_SOURCES = frozenset({"OPENDATASOURCE", "OPENQUERY", "OPENROWSET", "OPENXML"})

REFUSED_WORDS = REMOTE_SOURCES | words(
    """
    ADD ALTER AUTHORIZATION BACKUP BEGIN BREAK BULK CASCADE CHECK CHECKPOINT CLOSE CLUSTERED COLUMN
    COMMIT COMPUTE CONSTRAINT CONTINUE CREATE CURSOR DATABASE DBCC DEALLOCATE DECLARE DELETE DENY
    DISK DISTRIBUTED DROP DUMP ERRLVL EXEC EXECUTE EXIT EXTERNAL FILE FILLFACTOR FOREIGN FUNCTION
    GOTO GRANT IDENTITY IDENTITY_INSERT IF INSERT INTO KEY KILL LINENO LOAD NOCHECK
    NONCLUSTERED OPEN PRIMARY PRINT PROC PROCEDURE PUBLIC RAISERROR READ READTEXT RECONFIGURE
    REFERENCES REPLICATION RESTORE RESTRICT RETURN REVERT REVOKE ROLLBACK ROWCOUNT RULE SAVE SCHEMA
    SECURITYAUDIT SET SETUSER SHUTDOWN STATISTICS TABLE TEXTSIZE TRAN TRANSACTION TRIGGER TRUNCATE
    TSEQUAL UNIQUE UPDATE UPDATETEXT VIEW WAITFOR WHILE WRITETEXT
    """
)
"""Reserved words that no SELECT holds unquoted, but for the places that `tsql.check` knows."""

LONE_STATEMENTS = {
    "DECLARE": "Pass the values as parameters instead: write @name in the SELECT and give its value"
    " with the query.",
    "SET": "Leave SET out: sqlcore sets the session up itself, and NOCOUNT changes nothing here.",
    "USE": "Write the database before the name (other.dbo.orders), or connect to it.",
    "IF": "Send the SELECT alone; a condition can stand in its WHERE or in CASE.",
    "BEGIN": "Send the SELECT alone: a read always runs in a transaction of its own.",
    "PRINT": "Select the text instead.",
    "EXEC": CALL_IT,
    "EXECUTE": CALL_IT,
    "GO": "Leave GO out: it is a command of some clients, and no SQL.",
}
"""What helps those who send a statement that often stands before a SELECT."""

LOCKING_HINTS = words(
    "HOLDLOCK QUERYTRACEON REPEATABLEREAD SERIALIZABLE TABLOCK TABLOCKX UPDLOCK XLOCK"
)
"""Hints that keep writers out until the transaction ends; and a switch for the whole query, which
only administrators have. PAGLOCK and ROWLOCK only say how small the usual locks are."""

PSEUDO_COLUMNS = words("$EDGE_ID $FROM_ID $IDENTITY $NODE_ID $PARTITION $ROWGUID $TO_ID")

READ_HINTS = words(
    """
    FORCESCAN FORCESEEK NOEXPAND NOLOCK NOWAIT PAGLOCK READCOMMITTED READCOMMITTEDLOCK READPAST
    READUNCOMMITTED ROWLOCK SNAPSHOT
    """
)
