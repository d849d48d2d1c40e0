"""Record and replay of conversations with a T-SQL server, at the level of TDS packets.

`plugin` has the fixtures for tests; `python -m tests.integration.tds show FILE` shows a recording.
The design is ADR 0004.
"""
