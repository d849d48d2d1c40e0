"""Which functions give back nothing but what they are given.

A function of the database's own may read a table; what it returns cannot be seen to be clean.
"""

from __future__ import annotations

import attrs

from sqlcore.domain.facts import RoutineFacts, SchemaFacts
from sqlcore.services.guarding.postgres_functions import POSTGRES_FUNCTIONS
from sqlcore.services.guarding.sqlite_functions import SQLITE_FUNCTIONS
from sqlcore.services.guarding.tsql_functions import (
    TSQL_FUNCTIONS,
    TSQL_METHODS,
    TSQL_SYSTEM_FUNCTIONS,
)
from sqlcore.services.guarding.words import words
from sqlcore.services.masking.names import folded

__all__ = ["OF_TABLES", "Functions"]

OF_TABLES = words(
    """
    containstable freetexttable semantickeyphrasetable semanticsimilaritydetailstable
    semanticsimilaritytable
    """
)
"""Functions of T-SQL that read the table of which they are given the name."""

_BUILT_IN = {
    "postgres": POSTGRES_FUNCTIONS,
    "tsql": TSQL_FUNCTIONS | TSQL_SYSTEM_FUNCTIONS,
    "sqlite": SQLITE_FUNCTIONS,
}
# Built in, and they run a query, read rows by other means, or give samples of a column's values.
_READING = frozenset(
    {
        *("cursor_to_xml", "database_to_xml", "database_to_xml_and_xmlschema", "lo_get", "loread"),
        *("query_to_xml", "query_to_xml_and_xmlschema", "schema_to_xml", "ts_rewrite", "ts_stat"),
        *("schema_to_xml_and_xmlschema", "table_to_xml", "table_to_xml_and_xmlschema"),
        *("pg_mcv_list_items", "pg_read_binary_file", "pg_read_file"),
        *("dm_db_stats_histogram", "dm_fts_index_keywords", "dm_fts_index_keywords_by_document"),
        *("fn_dblog", "fn_dump_dblog", "openquery", "opendatasource", "openrowset"),
    }
)
# Parts of the grammar that sqlglot may read as calls.
_CONSTRUCTS = frozenset(
    {
        *("grouping", "json_array", "json_exists", "json_object", "json_query", "json_scalar"),
        *("json_serialize", "json_value", "row", "xmlattributes", "xmlconcat", "xmlelement"),
        *("xmlforest", "xmlparse", "xmlpi", "xmlroot", "xmlserialize"),
    }
)
_READING_EXTENSIONS = frozenset({"dblink", "file_fdw", "pageinspect", "tablefunc", "xml2"})
_SYSTEM_SCHEMAS = {"postgres": "pg_catalog", "tsql": "sys"}


@attrs.frozen
class Functions:
    """The functions of one database.

    Attributes:
        own: Names of functions of the database's own, folded.
        compiled: Those of extensions in C, which do not read tables.
    """

    dialect: str
    own: frozenset[str]
    compiled: frozenset[str]

    @classmethod
    def of(cls, dialect: str, facts: SchemaFacts) -> Functions:
        """Read them from the facts of the database."""
        own = {folded(routine.name) for routine in facts.routines if not _is_compiled(routine)}
        compiled = {folded(routine.name) for routine in facts.routines if _is_compiled(routine)}
        return cls(dialect, frozenset(own), frozenset(compiled - own))

    @property
    def reading(self) -> frozenset[str]:
        """Names of functions that may read."""
        return self.own | _READING

    def is_clean(self, name: str, schema: str | None = None) -> bool:
        """Say whether a call gives back nothing but what it is given."""
        name = folded(name)
        if name in self.reading:
            return False
        if schema is not None and folded(schema) != _SYSTEM_SCHEMAS.get(self.dialect):
            return self.dialect == "postgres" and name in self.compiled
        return name in _BUILT_IN[self.dialect] or name in _CONSTRUCTS or name in self.compiled

    def is_method(self, name: str) -> bool:
        """Say whether a name is that of a method of a T-SQL value."""
        return self.dialect == "tsql" and name in TSQL_METHODS


def _is_compiled(routine: RoutineFacts) -> bool:
    return (
        routine.extension is not None
        and routine.extension not in _READING_EXTENSIONS
        and routine.language in ("c", "internal")
    )
