"""How the length of a text is counted: characters, UTF-16 code units, bytes of a code page."""

from __future__ import annotations

from sqlcore.domain.type_names import TypeName
from sqlcore.services.calling.rules import RefusedValueError

__all__ = [
    "ASSUMED_CODE_PAGE",
    "characters",
    "code_page_bytes",
    "code_page_of",
    "units_of_utf16",
    "utf8_bytes",
]

ASSUMED_CODE_PAGE = "cp1252"
"""Of collations that are not known: Latin1_General and SQL_Latin1_General, the usual ones."""

# By the beginning of a collation's name; the rest is Latin 1.
# Source: Microsoft, "Windows collations" and sys.fn_helpcollations().
_CODE_PAGES = {
    "cp932": "japanese",
    "cp936": "chinese_prc chinese_simplified",
    "cp949": "korean",
    "cp950": "chinese_taiwan chinese_hong_kong chinese_traditional",
    "cp874": "thai",
    "cp1250": "albanian bosnian_latin croatian czech hungarian polish romanian serbian_latin "
    "slovak slovenian sql_croatian sql_czech sql_hungarian sql_polish sql_romanian sql_slovak "
    "sql_slovenian sql_latin1_general_cp1250 turkmen",
    "cp1251": "azeri_cyrillic bashkir bosnian_cyrillic cyrillic kazakh macedonian_fyrom "
    "serbian_cyrillic sql_latin1_general_cp1251 sql_ukrainian tatar ukrainian yakut",
    "cp1253": "greek sql_latin1_general_cp1253",
    "cp1254": "azeri_latin turkish uzbek_latin sql_latin1_general_cp1254",
    "cp1255": "hebrew sql_latin1_general_cp1255",
    "cp1256": "arabic dari pashto persian uighur urdu sql_latin1_general_cp1256",
    "cp1257": "estonian latvian lithuanian sql_latin1_general_cp1257",
    "cp1258": "vietnamese",
    "cp437": "sql_latin1_general_cp437",
    "cp850": "sql_latin1_general_cp850",
}
_BY_PREFIX = {prefix: page for page, prefixes in _CODE_PAGES.items() for prefix in prefixes.split()}


def code_page_of(collation: str | None) -> str:
    """Give Python's name of the code page in which a collation of SQL Server keeps `varchar`."""
    if collation is None:
        return ASSUMED_CODE_PAGE
    name = collation.lower()
    if name.endswith("_utf8"):
        return "utf-8"
    matches = [prefix for prefix in _BY_PREFIX if name.startswith(prefix)]
    return _BY_PREFIX[max(matches, key=len)] if matches else ASSUMED_CODE_PAGE


def characters(value: str, _: TypeName) -> int:
    """Count characters."""
    return len(value)


def utf8_bytes(value: str, _: TypeName) -> int:
    """Count bytes of UTF-8."""
    return len(value.encode())


def units_of_utf16(value: str, _: TypeName) -> int:
    """Count UTF-16 code units: characters beyond U+FFFF are two."""
    return len(value) + sum(character > "\uffff" for character in value)


def code_page_bytes(value: str, name: TypeName) -> int:
    """Count bytes in the code page of the type's collation.

    Raises:
        RefusedValueError: The code page lacks a character, which the server would replace by `?`.
    """
    page = code_page_of(name.collation)
    try:
        return len(value.encode(page))
    except UnicodeEncodeError as error:
        raise RefusedValueError(
            f"character {error.start + 1} is not in code page {page.removeprefix('cp')}, in which "
            "the type keeps text"
        ) from None
