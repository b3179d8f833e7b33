"""Hypothesis profiles: no deadline, because a shared machine is slow at odd moments, and the same examples in CI."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, is_hypothesis_test, settings

from judges import require_judges
from rules.evaluation import compile_truth

TESTS = Path(__file__).parent
_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]

settings.register_profile("laws", deadline=None, suppress_health_check=_SLOW)
settings.register_profile("ci", settings.get_profile("laws"), derandomize=True, database=None)
# A mutant is dead at the first example that fails; how small that example could be is nobody's question.
settings.register_profile(
    "mutants", settings.get_profile("ci"), max_examples=25, phases=(Phase.explicit, Phase.generate)
)
settings.register_profile("thorough", settings.get_profile("laws"), max_examples=1000)
# Enough for the fast part of the tests.
settings.register_profile("fast", settings.get_profile("laws"), max_examples=10)
PROFILE = os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "laws")
settings.load_profile(PROFILE)

SLOW = frozenset((TESTS / "slow.txt").read_text(encoding="utf-8").split())
"""Files of tests that take seconds: they carry the marker `slow`, and the fast part of the tests leaves them out."""


def pytest_sessionstart() -> None:
    """A mutant is tried in a copy of a process in which all tests passed: rules compiled there are not its own."""
    if PROFILE == "mutants":
        compile_truth.cache_clear()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the slow tests. Against mutants the rows of tables come first: most mutants fall to one, in no time."""
    for item in items:
        file = item.path.relative_to(TESTS).as_posix() if item.path.is_relative_to(TESTS) else item.path.name
        if file in SLOW or f"{file}::{item.name}" in SLOW:
            item.add_marker("slow")
    if PROFILE == "mutants":
        items.sort(key=lambda item: is_hypothesis_test(getattr(item, "obj", None)))


def pytest_runtest_setup(item: pytest.Item) -> None:
    require_judges(item)
