"""The digest is made of its own tables: renaming a class or a field of the program changes no digest."""

import inspect
from enum import Enum
from pathlib import Path

import attrs
import pytest

from procedures import load, loads
from procedures.kernel import machine, outcomes
from procedures.kernel.digest import ENTRIES, WORDS, class_key
from rules import algebra, calendar, facts, kinds

# What this definition has since version 0.2, in which no order of writing but that of lists and kinds is in a digest.
EVERYTHING = Path(__file__).parents[1] / "fuzz" / "everything.yaml"
DIGEST = "sha256:d3564c034c03e7183f32e9627453bb10327b425d0a90d5cd45d78fb80d03d252"
# Read by people, and no part of what a history was decided by.
DESCRIBED = {"label", "labels", "sources", "place", "readings", "properties"}
# Not reached from a machine: made from it, or kept by the definition.
OUTSIDE = {machine.Guard, outcomes.Property, calendar.WrittenTime}

CLASSES = [
    each
    for module in (machine, outcomes, algebra, calendar, facts, kinds)
    for each in vars(module).values()
    if inspect.isclass(each) and each.__module__ == module.__name__ and attrs.has(each) and each not in OUTSIDE
]


def test_the_digest_stays_what_it_is():
    """Stores keep digests: the file uses every part of the language, and its digest must not change unnoticed."""
    assert load(EVERYTHING).digest == DIGEST


@pytest.mark.parametrize("class_", CLASSES, ids=lambda each: f"{each.__module__}.{each.__name__}")
def test_every_field_that_decides_is_in_the_digest(class_):
    assert set(ENTRIES[class_key(class_)].keys) | DESCRIBED >= {field.name for field in attrs.fields(class_)}
    assert set(ENTRIES[class_key(class_)].keys) <= {field.name for field in attrs.fields(class_)}


@pytest.mark.parametrize("class_", [algebra.Order, calendar.Unit])
def test_every_word_of_the_machine_is_in_the_digest(class_: type[Enum]):
    assert set(class_) <= set(WORDS)


SMALL = (
    "procedure: small\ntitle: Small\nsteps: {one: {to: two, pass_mark: %d, records: {score: {kind: number, from: 0}}}}"
)


def test_another_limit_is_another_digest():
    assert len({loads(SMALL % mark).digest for mark in (49, 50, 51)}) == 3
    assert loads(SMALL % 50).digest == loads(SMALL % 50).digest
