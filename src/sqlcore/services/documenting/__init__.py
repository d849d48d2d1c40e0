"""A database's schema as a document, and as a data dictionary."""

from sqlcore.services.documenting.dictionary import (
    DICTIONARY_FIELDS,
    DataDictionary,
    DictionaryFormat,
    safe_cells,
)
from sqlcore.services.documenting.documents import Documentation, Section
from sqlcore.services.documenting.places import DocumentOptions, SectionKind
from sqlcore.services.documenting.reading import read_dictionary, read_documentation
from sqlcore.services.documenting.single import (
    routine_document,
    schema_document,
    table_document,
)

__all__ = [
    "DICTIONARY_FIELDS",
    "DataDictionary",
    "DictionaryFormat",
    "DocumentOptions",
    "Documentation",
    "Section",
    "SectionKind",
    "read_dictionary",
    "read_documentation",
    "routine_document",
    "safe_cells",
    "schema_document",
    "table_document",
]
