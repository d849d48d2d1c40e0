"""What else is to be known of a table, and what its login may not see of it, in words."""

from __future__ import annotations

from sqlcore.adapters.mssql.describing_sections import TableSections
from sqlcore.domain.capability import Missing, Support
from sqlcore.domain.catalog import TableKind

__all__ = ["hidden_parts", "notes_of"]


def notes_of(sections: TableSections, object_id: int, kind: TableKind) -> tuple[str, ...]:
    """Say what the other parts of a description have no place for."""
    notes: list[str] = []
    facts = sections.first("table_facts", object_id)
    if facts is not None:
        _, _, _, memory_optimized, durability, filetable, captured, escalation = facts
        if memory_optimized:
            notes.append(f"It is memory-optimized, with the durability {durability}.")
        if filetable:
            notes.append("It is a FileTable.")
        if captured:
            notes.append("Change data capture keeps track of it.")
        if escalation not in (None, "TABLE"):
            notes.append(f"Its lock escalation is {escalation}.")
    is_node, is_edge = sections.first("table_graph", object_id) or (False, False)
    if is_node or is_edge:
        notes.append(f"It is a graph table of {'nodes' if is_node else 'edges'}.")
    ledger = sections.value("table_ledger", object_id)
    if ledger is not None:
        words = str(ledger).replace("_", " ").lower()
        notes.append(f"It is {'an' if words[0] in 'aeiou' else 'a'} {words}.")
    checked, bound = sections.first("view_facts", object_id) or (False, False)
    if checked:
        notes.append("It has a WITH CHECK OPTION.")
    if bound:
        notes.append("It is schema-bound.")
    if kind is TableKind.VIEW and sections.rows("indexes", object_id):
        notes.append("It is an indexed view: its rows are stored.")
    return tuple(notes)


def hidden_parts(
    sections: TableSections, object_id: int, kind: TableKind, hidden_references: int
) -> tuple[Missing, ...]:
    """Say what the server leaves out or answers with NULL, for want of a right.

    Source: "Metadata Visibility Configuration".

    Args:
        sections: What the server answered.
        object_id: The table.
        kind: What it is.
        hidden_references: How many foreign keys lead to tables that the login may not see.
    """
    _, is_encrypted = sections.first("definition_rights", object_id) or (None, None)
    missing: list[Missing] = []
    texts = sections.rows("view_texts", object_id)
    if kind is TableKind.VIEW and texts and texts[0][0] is None:
        missing.append(
            Missing(
                part="text of the view",
                support=Support.UNSUPPORTED,
                reason="It was created WITH ENCRYPTION.",
            )
            if is_encrypted
            else _denied("text of the view", "VIEW DEFINITION on the view shows it.")
        )
    if _has_hidden_expressions(sections, object_id):
        missing.append(
            _denied(
                "expressions of defaults, checks and computed columns",
                "VIEW DEFINITION on the table shows them.",
            )
        )
    if hidden_references:
        missing.append(
            _denied(
                "foreign keys",
                f"{hidden_references} of them lead to or come from tables that this login may not"
                " see; VIEW DEFINITION on these tables shows them.",
            )
        )
    return tuple(missing)


def _has_hidden_expressions(sections: TableSections, object_id: int) -> bool:
    formulas = sections.by_part("computed", object_id)
    defaults = [
        default
        for column_id, *_, default_id, default in sections.rows("columns", object_id)
        if default_id and column_id not in formulas
    ]
    checks = [expression for _, _, expression, *_ in sections.rows("checks", object_id)]
    written = [rows[0][0] for rows in formulas.values()]
    return any(text is None for text in (*defaults, *checks, *written))


def _denied(part: str, reason: str) -> Missing:
    return Missing(part=part, support=Support.NOT_PERMITTED, reason=reason)
