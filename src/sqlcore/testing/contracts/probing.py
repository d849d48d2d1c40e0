"""The contract of probing what a server is."""

from __future__ import annotations

from sqlcore.ports import Connection
from sqlcore.testing.contracts.requirements import Contract, requirement

__all__ = ["CapabilityProbeContract"]


class CapabilityProbeContract(Contract):
    """All that `CapabilityProbe` promises."""

    @requirement("capabilities")
    def test_a_server_says_what_it_is(self, connection: Connection) -> None:
        capabilities = connection.capabilities.capabilities()
        assert capabilities.product
        assert capabilities.engine == capabilities.engine.lower()
        assert capabilities.version[0].isdigit()
        assert capabilities.version_text

    @requirement("capabilities-sorted")
    def test_features_are_sorted_and_those_that_lack_say_why(self, connection: Connection) -> None:
        features = connection.capabilities.capabilities().features
        names = [feature.name for feature in features]
        assert sorted(set(names)) == names
        for feature in features:
            assert feature.support == "supported" or feature.reason, feature.name

    @requirement("capabilities-stable")
    def test_asking_twice_gives_the_same_answer(self, connection: Connection) -> None:
        probe = connection.capabilities
        assert probe.capabilities() == probe.capabilities()

    @requirement("ping")
    def test_a_ping_takes_a_moment(self, connection: Connection) -> None:
        assert 0.0 <= connection.capabilities.ping() < 60.0
