"""The contract of searching names and comments."""

from __future__ import annotations

from sqlcore.domain.schema import SearchFilter, SearchHit, SearchKind
from sqlcore.ports import Connection
from sqlcore.testing.contracts.requirements import Contract, requirement
from sqlcore.testing.contracts.samples import ServerSamples
from sqlcore.testing.contracts.schema import ODD_TABLE

__all__ = ["SearchContract"]


def _search(
    connection: Connection,
    samples: ServerSamples,
    terms: tuple[str, ...],
    kinds: frozenset[SearchKind] = frozenset(SearchKind),
) -> list[SearchHit]:
    search_filter = SearchFilter(terms=terms, schema=samples.schema, kinds=kinds)
    return list(connection.catalog.search(search_filter))


class SearchContract(Contract):
    """Searching names and comments."""

    @requirement("search-tables")
    def test_tables_are_found_by_a_part_of_their_name(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        kinds = frozenset({SearchKind.TABLES})
        hits = _search(connection, samples, ("order",), kinds)
        assert {"orders", "order_lines", "open_orders"} == {hit.object.name for hit in hits}
        assert {SearchKind.TABLES} == {hit.kind for hit in hits}

    @requirement("search-columns")
    def test_columns_are_found_with_their_table_and_type(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        kinds = frozenset({SearchKind.COLUMNS})
        (hit,) = _search(connection, samples, ("referrer",), kinds)
        assert ("customers", "referrer_id") == (hit.object.name, hit.column)
        assert hit.type is not None

    @requirement("search-comments")
    def test_comments_are_searched(self, connection: Connection, samples: ServerSamples) -> None:
        hits = _search(connection, samples, ("friends",))
        assert ["customers"] == [hit.object.name for hit in hits]
        (hit,) = _search(connection, samples, ("where to write",))
        assert "email" == hit.column

    @requirement("search-terms")
    def test_one_of_several_terms_is_enough_and_case_does_not_matter(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        kinds = frozenset({SearchKind.TABLES})
        hits = _search(connection, samples, ("mixedcase", "scratch"), kinds)
        assert {"MixedCase", "scratch"} == {hit.object.name for hit in hits}

    @requirement("search-literally")
    def test_a_term_is_taken_literally(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        kinds = frozenset({SearchKind.TABLES})
        for term in ("or%rs", "order_ines", "'; --", "*"):
            assert [] == _search(connection, samples, (term,), kinds)
        (hit,) = _search(connection, samples, ("[with]",), kinds)
        assert ODD_TABLE == hit.object.name

    @requirement("search-nothing")
    def test_a_search_may_find_nothing(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        assert [] == _search(connection, samples, ("xyzzy",))
