"""What PostgreSQL's grammar has and sqlglot does not, said in words that sqlglot knows.

Source: `src/backend/parser/gram.y` and `kwlist.h` of PostgreSQL 18.
"""

from __future__ import annotations

from sqlcore.services.guarding.skeleton import Skeletons, Step
from sqlcore.services.guarding.words import words

__all__ = ["POSTGRES_SKELETONS"]

_KEPT = words(
    """
    ALL AND ANY AS ASC ASYMMETRIC AT BETWEEN BREADTH BY CASE COLLATE COLLATION COLUMNS CROSS CURRENT
    CYCLE DEFAULT DEPTH DESC DISTINCT ELSE END ESCAPE EXCEPT EXCLUDE EXISTS FETCH FILTER FIRST
    FOLLOWING FOR FROM FULL GROUP GROUPING GROUPS HAVING ILIKE IN INNER INTERSECT INTERVAL INTO IS
    ISNULL JOIN LAST LATERAL LEFT LIKE LIMIT LOCAL MATERIALIZED NATURAL NEXT NO NOT NOTNULL NULLS
    OFFSET ON ONLY OPERATOR OR ORDER ORDINALITY OTHERS OUTER OVER OVERLAPS PARTITION PLACING
    PRECEDING RANGE RECURSIVE REPEATABLE RETURNING RIGHT ROW ROWS SEARCH SELECT SETS SIMILAR SOME
    SYMMETRIC TABLE TABLESAMPLE THEN TIES TO UESCAPE UNBOUNDED UNION UNIQUE USING VALUES VARIADIC
    WHEN WHERE WINDOW WITH WITHIN WITHOUT ZONE
    """
)
_VERBS = words(
    """
    ABORT ALTER ANALYSE ANALYZE BEGIN CALL CHECKPOINT CLOSE CLUSTER COMMENT COMMIT COPY CREATE
    DEALLOCATE DECLARE DELETE DISCARD DO DROP EXECUTE EXPLAIN GRANT IMPORT INSERT LISTEN LOAD LOCK
    MERGE MOVE NOTIFY PREPARE REASSIGN REFRESH REINDEX RELEASE RESET REVOKE ROLLBACK SAVEPOINT
    SECURITY SET SHOW START TRUNCATE UNLISTEN UPDATE VACUUM
    """
)
_FORMS = words(
    """
    EXTRACT JSON JSON_ARRAY JSON_ARRAYAGG JSON_EXISTS JSON_OBJECT JSON_OBJECTAGG JSON_QUERY
    JSON_SCALAR JSON_SERIALIZE JSON_TABLE JSON_VALUE NORMALIZE OVERLAY POSITION SUBSTRING TRIM
    XMLATTRIBUTES XMLELEMENT XMLEXISTS XMLFOREST XMLNAMESPACES XMLPARSE XMLPI XMLROOT XMLSERIALIZE
    XMLTABLE
    """
)
_COLUMN = r"a [af](?: a)?+(?: \( (?:[a,] )*+\))?+(?: \[ (?:a )?+\])*+ "
_STEPS = (
    Step.of("LEFT RIGHT", r" (?:LEFT|RIGHT)(?= \()", " f"),
    Step.of("AT", r" AT(?! (?:a ZONE|LOCAL) )", " a"),
    Step.of("ZONE", r" AT a ZONE(?= )", " +"),
    Step.of("ZONE", r" WITH(?:OUT)? a ZONE(?= )"),
    Step.of("AT", r" AT LOCAL(?= )"),
    Step.of("UESCAPE", r" UESCAPE s(?= )"),
    Step.of(
        "INTERVAL",
        r" INTERVAL(?: \( a \))? s(?: [af](?: \( a \))?(?: TO [af](?: \( a \))?)?)?(?= )",
        " s",
    ),
    Step.at(" a s ", r"(?: a)++(?= s )"),
    Step.at("::", r" ::T~(?= )"),
    Step.at(" s ", r" s(?= )", " a"),
    Step.of("CYCLE", r" CYCLE (?:[a,] )++SET a(?: TO a DEFAULT a)? USING a(?= )"),
    Step.of(
        "TABLESAMPLE",
        r" TABLESAMPLE [af] \( (?:[a+*] )*+\)(?: REPEATABLE \( (?:[a+*] )*+\))?",
    ),
    Step.of("IS", r" IS(?: NOT)? a(?: [af])?(?: WITH(?:OUT)? UNIQUE(?: a)?)?(?= )"),
    Step.of("SYMMETRIC ASYMMETRIC", r" A?SYMMETRIC(?= )"),
    Step.of("LIKE ILIKE SIMILAR", r" (?:NOT )?(?:I?LIKE|SIMILAR TO)(?= )", " +"),
    Step.of("ESCAPE OVERLAPS", r" (?:ESCAPE|OVERLAPS)(?= )", " +"),
    Step.of("OPERATOR", r" OPERATOR \( (?:a \. )*+[+*] \)(?= )", " +"),
    Step.of("USING", r" USING [+*](?= )"),
    Step.of("READ", r" FOR a ONLY(?= \)| $)"),
    Step.of("ONLY", r"(?<! ROW)(?<! ROWS) ONLY(?= )"),
    Step.of("COLLATION", r" COLLATION FOR(?= \()", " f"),
    Step.of("EXCLUDE", r" EXCLUDE (?:CURRENT ROW|GROUP|TIES|NO OTHERS)(?= )"),
    Step.of("VALUES", r" VALUES(?= \()", " SELECT"),
    Step.of("FROM", rf" (?:AS(?: [af])?|(?<=\) )q[0-9]++) \( {_COLUMN}(?:, {_COLUMN})*+\)"),
    Step.of("RETURNING", r" RETURNING (?:a|f \( (?:[a,] )*+\))(?= \))"),
    # Brackets of arrays: constructors first, then what picks elements.
    Step.at("[", r"(?<=[af)\]]) \[", " + ( a ,"),
    Step.at("[", r" \[", " ("),
    Step.at("]", r" \]", " )"),
    Step.at(" : ", r" :(?= )", " ,"),
    Step.at("*", r" f \((?: ,)*+ \* ", " f ( a "),
    Step.at("*", r"(?<=[a)]) \*(?= (?:[af(+]|CASE|EXISTS|NOT) )", " +"),
)
POSTGRES_SKELETONS = Skeletons(
    kept=_KEPT,
    verbs=_VERBS,
    staying=_VERBS | {"SELECT", "INTO"},
    forms=_FORMS,
    steps=_STEPS,
    any_word_labels=True,
)
