"""What T-SQL's grammar has and sqlglot does not, said in words that sqlglot knows.

Source: SELECT, FROM, WITH, hints, FOR and OVER in the Transact-SQL reference.
"""

from __future__ import annotations

from sqlcore.services.guarding.skeleton import Skeletons, Step
from sqlcore.services.guarding.tsql_words import READ_WORDS, REFUSED_WORDS
from sqlcore.services.guarding.words import words

__all__ = ["TSQL_SKELETONS"]

# Reserved words that are values or functions.
_VALUES = words(
    """
    COALESCE CONTAINS CONTAINSTABLE CONVERT CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER
    FREETEXT FREETEXTTABLE IDENTITYCOL NULL NULLIF ROWGUIDCOL SESSION_USER SYSTEM_USER TRY_CONVERT
    USER
    """
)
_CONTEXTUAL = words(
    """
    APPLY AT FIRST FOLLOWING GROUPING IGNORE JSON LAST NEXT NULLS OFFSET ONLY PARTITION PRECEDING
    RANGE REPEATABLE RESPECT ROW ROWS SETS SYSTEM_TIME TIES UNBOUNDED USING WINDOW WITHIN XML ZONE
    """
)
_TYPE_WORDS = frozenset({"DOUBLE", "NATIONAL", "PRECISION", "VARYING"})
# Words that start statements without being reserved.
_VERBS = words("DISABLE ENABLE GET MOVE RECEIVE SEND THROW")
_FORMS = words(
    """
    CHANGETABLE CONTAINS CONTAINSTABLE FREETEXT FREETEXTTABLE JSON_ARRAY JSON_ARRAYAGG JSON_OBJECT
    JSON_OBJECTAGG JSON_QUERY JSON_VALUE MATCH TRIM XMLNAMESPACES
    """
)
_HINT = r"(?:[as,+.] |f \( (?:[as,+] )*+\) |AS |COLLATE |JSON |INDEX )"
_STEPS = (
    Step.at(". .", r" a \. \.(?= [a-zA-Z*])"),
    Step.at("::", r"(?: a)? ::(?= f )"),
    Step.of("LEFT RIGHT", r" (?:LEFT|RIGHT)(?= \()", " f"),
    Step.at(" s ", r" s(?= )", " a"),
    Step.of("ZONE", r" AT a ZONE(?= )", " +"),
    Step.of("XMLNAMESPACES", r" WITH f \( (?:[a,] )*+\) ,", " WITH"),
    Step.of("XMLNAMESPACES", r" WITH f \( (?:[a,] )*+\)(?= SELECT )"),
    Step.of("WITH", rf" WITH \( {_HINT}++\)"),
    Step.of("WITH", r" WITH a(?= (?:HAVING|ORDER|UNION|EXCEPT|INTERSECT|FOR|\)) | $)"),
    Step.of("XML JSON", r" FOR (?:XML|JSON)(?: a| f \( (?:a )?\)| ,)*+(?= )"),
    Step.of("PIVOT", r" PIVOT \( f \( (?:[a*,] )*+\) FOR a IN \( (?:[a,] )*+\) \)"),
    Step.of("UNPIVOT", r" UNPIVOT \( a FOR a IN \( (?:[a,] )*+\) \)"),
    Step.of(
        "TABLESAMPLE", r" TABLESAMPLE (?:f )?\( a (?:PERCENT |ROWS )?\)(?: REPEATABLE \( a \))?"
    ),
    Step.of("PATH", r" FOR a(?= (?:a|AS|,|WHERE|JOIN) )"),
    Step.of("PATH", r" WITHIN GROUP \( a a \)"),
    Step.of("JOIN", r" (INNER|LEFT|RIGHT|FULL|OUTER) (?:a|MERGE)(?= JOIN )", r" \1"),
    Step.of("TOP", r" TOP (?:a|\( a \))(?: PERCENT)?(?: WITH TIES)?(?= )"),
    Step.of("USING", r" USING a(?= \))"),
    Step.of("LIKE", r" (?:NOT )?LIKE(?= )", " +"),
    Step.of("ESCAPE", r" ESCAPE(?= )", " +"),
    Step.at("*", r" f \((?: ,)*+ \* ", " f ( a "),
    Step.at("*", r"(?<=[a)]) \*(?= (?:[af(+]|CASE|EXISTS|NOT) )", " +"),
)
TSQL_SKELETONS = Skeletons(
    kept=((READ_WORDS | REFUSED_WORDS) - _VALUES - _TYPE_WORDS) | _CONTEXTUAL,
    verbs=_VERBS,
    staying=_VERBS | REFUSED_WORDS | {"SELECT"},
    forms=_FORMS,
    steps=_STEPS,
)
