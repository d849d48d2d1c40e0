"""The contract of probing what a server is."""

from __future__ import annotations

from sqlcore.domain.capability import Support
from sqlcore.ports import Connection
from sqlcore.testing.contracts.requirements import Contract, requirement

__all__ = ["CapabilityProbeContract"]

_LEAST_FEATURES = 25


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

    @requirement("capabilities-many")
    def test_a_server_tells_of_25_features_and_more(self, connection: Connection) -> None:
        assert len(connection.capabilities.capabilities().features) >= _LEAST_FEATURES

    @requirement("capabilities-missing")
    def test_what_is_missing_says_why(self, connection: Connection) -> None:
        for part in connection.capabilities.capabilities().missing:
            assert part.support is not Support.SUPPORTED
            assert part.part
            assert part.reason

    @requirement("capabilities-databases")
    def test_the_own_database_is_among_those_that_can_be_seen(self, connection: Connection) -> None:
        capabilities = connection.capabilities.capabilities()
        own, others = capabilities.user_databases, capabilities.system_databases
        assert capabilities.database in {*own, *others}
        assert not {*own} & {*others}

    @requirement("capabilities-permissions")
    def test_what_the_login_may_do_is_told_in_sentences(self, connection: Connection) -> None:
        capabilities = connection.capabilities.capabilities()
        assert capabilities.server_permissions
        assert capabilities.database_permissions
        for sentence in (*capabilities.server_permissions, *capabilities.database_permissions):
            assert sentence.endswith(".")

    @requirement("identity")
    def test_the_identity_of_the_server_stays_while_the_server_does(
        self, connection: Connection
    ) -> None:
        probe = connection.capabilities
        probe.ping()
        identity = probe.identity
        probe.capabilities()
        assert identity
        assert probe.identity == identity

    @requirement("capabilities-stable")
    def test_asking_twice_gives_the_same_answer(self, connection: Connection) -> None:
        probe = connection.capabilities
        assert probe.capabilities() == probe.capabilities()

    @requirement("ping")
    def test_a_ping_takes_a_moment(self, connection: Connection) -> None:
        assert 0.0 <= connection.capabilities.ping() < 60.0
