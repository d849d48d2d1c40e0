"""Test classes for every adapter, in this repository or another: subclass them, run pytest.

An adapter's tests override three fixtures, in a class that all of its test classes share:

    class Postgres(Contract):
        known_differences = KNOWN_DIFFERENCES

        @pytest.fixture
        def samples(self) -> ServerSamples: ...

        @pytest.fixture
        def connector(self) -> Connector: ...

        @pytest.fixture
        def settings(self) -> ConnectionSettings: ...

    class TestQueries(Postgres, QueryExecutorContract): ...

`ReconnectContract` and the contracts of counts need one fixture more.

The settings name a database in which `apply_contract_schema` has run. The tests write to the table
`scratch` of it and to nothing else, make no objects, and always send the same texts in the same
order, so that they can be recorded. Statements that write elsewhere are there to be refused.

Importing this package needs pytest.
"""

import pytest

pytest.register_assert_rewrite(
    *(
        f"sqlcore.testing.contracts.{module}"
        for module in (
            "activity",
            "call_stopping",
            "call_transactions",
            "call_values",
            "calling",
            "cataloging",
            "connecting",
            "describing",
            "explaining",
            "failing",
            "listing",
            "objects",
            "probing",
            "querying",
            "quoting",
            "routines",
            "schema_reading",
            "searching",
            "stopping",
            "transactions",
            "valuing",
        )
    ),
)

from sqlcore.testing.contracts.activity import (  # noqa: E402  # after the registration
    ActivityContract,
)
from sqlcore.testing.contracts.calling import CallingContract  # noqa: E402
from sqlcore.testing.contracts.cataloging import (  # noqa: E402
    CatalogReaderContract,
    QueryCountContract,
)
from sqlcore.testing.contracts.connecting import (  # noqa: E402
    ConnectionContract,
    ReconnectContract,
)
from sqlcore.testing.contracts.explaining import ExplainingContract  # noqa: E402
from sqlcore.testing.contracts.objects import (  # noqa: E402
    ObjectCountContract,
    ObjectReaderContract,
)
from sqlcore.testing.contracts.probing import CapabilityProbeContract  # noqa: E402
from sqlcore.testing.contracts.querying import QueryExecutorContract  # noqa: E402
from sqlcore.testing.contracts.quoting import DialectContract  # noqa: E402
from sqlcore.testing.contracts.requirements import (  # noqa: E402
    REQUIREMENTS,
    Connect,
    Contract,
    requirement,
)
from sqlcore.testing.contracts.samples import PORTABLE_VALUES, ServerSamples  # noqa: E402
from sqlcore.testing.contracts.schema import (  # noqa: E402
    ODD_CALL,
    ODD_COLUMNS,
    ODD_TABLE,
    ROUTINE_NAMES,
    TABLE_NAMES,
    VIEW_NAMES,
    apply_contract_schema,
    contract_schema,
)
from sqlcore.testing.contracts.schema_reading import (  # noqa: E402
    SchemaCountContract,
    SchemaReaderContract,
)
from sqlcore.testing.contracts.valuing import ValueContract, same_value  # noqa: E402

__all__ = [
    "ODD_CALL",
    "ODD_COLUMNS",
    "ODD_TABLE",
    "PORTABLE_VALUES",
    "REQUIREMENTS",
    "ROUTINE_NAMES",
    "TABLE_NAMES",
    "VIEW_NAMES",
    "ActivityContract",
    "CallingContract",
    "CapabilityProbeContract",
    "CatalogReaderContract",
    "Connect",
    "ConnectionContract",
    "Contract",
    "DialectContract",
    "ExplainingContract",
    "ObjectCountContract",
    "ObjectReaderContract",
    "QueryCountContract",
    "QueryExecutorContract",
    "ReconnectContract",
    "SchemaCountContract",
    "SchemaReaderContract",
    "ServerSamples",
    "ValueContract",
    "apply_contract_schema",
    "contract_schema",
    "requirement",
    "same_value",
]
