"""How large a document would be, told from its first sections."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from sqlcore.services.documenting.documents import Section
from sqlcore.services.documenting.places import SectionKind
from sqlcore.services.documenting.writing import Material, section_of

__all__ = ["estimate_bytes"]

_SAMPLE_KEYS = 100


def estimate_bytes(sections: Sequence[Section], material: Material) -> int:
    """Tell the size of a whole document in UTF-8; exact where all sections are there.

    The rest is taken to be like the beginning: what grows with tables or keys is written for some
    of them. What does not is written as it will stand.

    Args:
        sections: The first sections; where they are not all, at least one table's.
        material: What was collected while they were written.
    """
    sizes = [_size_bytes(section) for section in sections]
    rest = material.plan.places[len(sections) :]
    known_bytes = sum(sizes) + max(0, len(sections) + len(rest) - 1)  # a line's end between them
    if not rest:
        return known_bytes
    of_tables = [
        size
        for section, size in zip(sections, sizes, strict=True)
        if section.kind is SectionKind.TABLE
    ]
    by_tables = len(material.plan.of_kind(SectionKind.TABLE)) / len(of_tables)
    keys = material.documented_keys()
    sample = attrs.evolve(material.snapshot, foreign_keys=tuple(keys[:_SAMPLE_KEYS]))
    growing = {
        SectionKind.RULES: by_tables,
        SectionKind.DICTIONARY: by_tables,
        SectionKind.RELATIONSHIPS: max(1.0, len(keys) / _SAMPLE_KEYS),
    }
    size = float(known_bytes)
    for place in rest:
        if place.kind is SectionKind.TABLE:
            size += sum(of_tables) / len(of_tables)
        else:
            written = section_of(place, attrs.evolve(material, snapshot=sample))
            size += _size_bytes(written) * growing.get(place.kind, 1.0)
    return int(size)


def _size_bytes(section: Section) -> int:
    return len(section.markdown.encode())
