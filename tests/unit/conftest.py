"""What all unit tests share."""

from __future__ import annotations

from hypothesis import settings

# How long an example takes says nothing about what it shows.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
