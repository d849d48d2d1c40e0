"""A document in sections."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from sqlcore.services.documenting.places import SectionKind

__all__ = ["Documentation", "Section"]


@attrs.frozen(kw_only=True)
class Section:
    """A heading with what stands below it.

    Attributes:
        title: As text.
        file: Where it belongs in a folder of files; empty in a single document.
        anchor: Of its heading.
        markdown: With its heading; ends with a line's end.
    """

    kind: SectionKind
    title: str
    file: str
    anchor: str
    markdown: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class Documentation:
    """What a schema is made of, in Markdown. The same schema gives the same bytes.

    Attributes:
        database: Its name.
        engine: The product.
        counts: How many there are of what, by word.
        section_count: How many sections the whole has.
        sections: In their order: all, or the first.
        whole_bytes: The size of the whole in UTF-8; estimated where only the first sections are
            here.
    """

    database: str
    engine: str
    counts: dict[str, int]
    section_count: int
    sections: tuple[Section, ...]
    whole_bytes: int

    @property
    def is_whole(self) -> bool:
        """Whether all sections are here."""
        return len(self.sections) == self.section_count

    @property
    def title(self) -> str:
        """The title, as text."""
        return self.sections[0].title

    def markdown(self) -> str:
        """Write the sections as one document."""
        return "\n".join(section.markdown for section in self.sections)

    def files(self) -> Iterator[tuple[str, str]]:
        """Give each file of a document that was written for a folder: its path and its text."""
        by_file: dict[str, list[str]] = {}
        for section in self.sections:
            by_file.setdefault(section.file, []).append(section.markdown)
        for file, texts in by_file.items():
            yield file, "\n".join(texts)
