"""Hypothesis profiles: no deadline, because a shared machine is slow at odd moments, and the same examples in CI."""

import os

from hypothesis import HealthCheck, settings

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]

settings.register_profile("laws", deadline=None, suppress_health_check=_SLOW)
settings.register_profile("ci", settings.get_profile("laws"), derandomize=True, database=None)
settings.register_profile("thorough", settings.get_profile("laws"), max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "laws"))
