"""Hypothesis without a deadline: a shared machine is slow at odd moments, and that is no failure."""

from hypothesis import settings

settings.register_profile("laws", deadline=None)
settings.load_profile("laws")
