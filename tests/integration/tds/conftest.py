from tests.integration.tds.plugin import *  # noqa: F403  the fixtures and hooks of __all__
