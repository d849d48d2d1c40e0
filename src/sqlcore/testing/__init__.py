"""For tests: the in-memory connector, contract classes for adapters, and strategies.

Import from the submodules: `memory` and `auditing` need nothing beside sqlcore, `contracts` needs
pytest, `strategies` needs hypothesis.
"""
