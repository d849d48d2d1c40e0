"""Which procedures may be called: at `read` those that the operator names, at `write` any."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import attrs

from sqlcore.domain.access import Access
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.errors import ConfigurationError, InvalidArgumentError
from sqlcore.services.guarding import Decision, StatementKind
from sqlcore.services.guarding.decision import Refusal

__all__ = ["check_rules", "decide_call", "rules_of_database"]

_ANY = "*"
_QUOTES = frozenset('"[`')


def check_rules(rules: Iterable[str]) -> None:
    """Go on if all rules of `allow_procedures` can be read.

    Raises:
        ConfigurationError: One is malformed.
    """
    for rule in rules:
        _parse(rule)


def rules_of_database(database: str | None, rules: Iterable[str], dialect: str) -> frozenset[str]:
    """Add to rules that name a database what they mean to a connection to it.

    Connections do not put their own database before the names of procedures.

    Args:
        database: That is connected to; None where the server chooses it.
        rules: Those of the settings.
        dialect: `postgres`, `tsql` or `sqlite`; tells how names compare, as for other rules.

    Raises:
        ConfigurationError: A rule is malformed.
    """
    known = frozenset(rules)
    if database is None:
        return known
    own = (rule for rule in map(_parse, known) if _same_or_none(rule.database, database, dialect))
    return known | {f"{_quoted(rule.schema or '')}.{_quoted(rule.name)}" for rule in own}


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def decide_call(
    name: QualifiedName,
    dialect: str,
    access: Access,
    allow_procedures: Iterable[str],
    search_path: Callable[[], tuple[str, ...]],
    *,
    refused_by_text: Callable[[], Refusal | None],
) -> Decision:
    """Decide whether a routine may be called at a level.

    Args:
        name: As the catalog has it, with its schema: what a caller wrote does not count.
        dialect: `postgres`, `tsql` or `sqlite`.
        access: The level.
        allow_procedures: What may be called at `read`: `schema.name`, `schema.*`, or a `name` in
            one of the schemas that the server looks in; with the database before the schema where
            that is another one. PostgreSQL folds what it is given to lower case, so that a rule
            means the name as it is written and the same in lower case; the other engines have no
            regard to case.
        search_path: Gives the schemas in which the server looks for a name without one.
        refused_by_text: Gives why its text shows more than reading, where the server would not
            hold it to that; asked of what a rule names only.

    Raises:
        SqlCoreError: The search path or the text is needed, and cannot be read.
    """
    if access >= Access.WRITE:
        return _decision("The access level write allows it.")
    if access < Access.READ:
        return _decision(
            "Calling a procedure needs the access level read, and its name in allow_procedures, "
            "or the access level write.",
            hint="Start with --access read and --allow-procedures, or with --access write.",
        )
    for rule in allow_procedures:
        if not _matches(_parse(rule), name, dialect, search_path):
            continue
        refusal = refused_by_text()
        if refusal is None:
            return _decision("allow_procedures names it.")
        return attrs.evolve(_decision(refusal.reason, refusal.hint), by_schema=True)
    return _decision(
        f"{name} may not be called at the access level read: allow_procedures does not name it.",
        hint="Have the operator name it there, if it only reads, or use --access write.",
    )


def _decision(reason: str, hint: str | None = None) -> Decision:
    return Decision(allowed=hint is None, kind=StatementKind.CALL, reason=reason, hint=hint)


def _parse(rule: str) -> QualifiedName:
    try:
        parsed = QualifiedName.parse(rule.strip())
    except InvalidArgumentError:
        parsed = None
    if parsed is None or (parsed.schema is None and (parsed.name == _ANY or parsed.database)):
        raise ConfigurationError(
            f"The rule {rule!r} of allow_procedures names no procedure.",
            hint="Write schema.name, schema.* or name.",
            parameter="allow_procedures",
        )
    if not _QUOTES & set(rule) and _says_more(parsed):
        raise ConfigurationError(
            f"The rule {rule!r} of allow_procedures would match nothing: * alone stands for all "
            "names of a schema, and a name means all of its overloads.",
            hint='Write schema.name, schema.* or name; a name with such signs in quotes: "a*b".',
            parameter="allow_procedures",
        )
    return parsed


def _says_more(rule: QualifiedName) -> bool:
    """Whether a rule that quotes nothing has a pattern or a signature, which rules have not."""
    name = "" if rule.name == _ANY else rule.name
    return any(
        sign in part for part in (name, rule.schema or "", rule.database or "") for sign in "*("
    )


def _matches(
    rule: QualifiedName,
    name: QualifiedName,
    dialect: str,
    search_path: Callable[[], tuple[str, ...]],
) -> bool:
    if not _same_or_none(rule.database, name.database, dialect):
        return False
    if rule.schema is None:
        return _same(rule.name, name.name, dialect) and name.schema in search_path()
    return _same(rule.schema, name.schema or "", dialect) and (
        rule.name == _ANY or _same(rule.name, name.name, dialect)
    )


def _same_or_none(written: str | None, known: str | None, dialect: str) -> bool:
    if written is None or known is None:
        return written is known
    return _same(written, known, dialect)


def _same(written: str, known: str, dialect: str) -> bool:
    if dialect == "postgres":
        return known in (written, written.lower())
    return written.casefold() == known.casefold()
