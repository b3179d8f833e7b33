"""The order in which a file is written decides nothing, but in lists and among the kinds of reserve."""

import json
import random
from typing import Any

import pytest
from generated import Plain, Story, law, load, stories

from procedures import Moved, Refused, Selection, loads
from procedures.procedure import Procedure

IN_ORDER = {"kinds", "takes", "outcomes", "by", "of"}


def reordered(data: Any, chance: random.Random, key: str = "") -> Any:
    """The same data with its mappings in another order, except where the order decides."""
    if isinstance(data, dict):
        names = list(data)
        if key not in IN_ORDER:
            chance.shuffle(names)
        return {name: reordered(data[name], chance, name) for name in names}
    return [reordered(item, chance) for item in data] if isinstance(data, list) else data


def with_origins(data: Plain, procedure: Procedure) -> Plain:
    """The data with the `from` of every step written out: its default is the step above."""
    written = json.loads(json.dumps(data))
    for name, step in written["steps"].items():
        step["from"] = sorted(procedure.machine.steps[name].origins)
    return written


def history(procedure: Procedure, story: Story) -> list[object]:
    """Every answer, and where everybody and the selection ended."""
    selection = Selection(procedure)
    answers = [selection.handle(event) for event in story.events]
    return [
        [_told(answer) for answer in answers],
        [
            (name, selection[name].state, dict(selection[name].facts), selection.kind(selection[name]))
            for name in selection
        ],
        dict(selection.gates),
        selection.expires,
    ]


def _told(answer: Moved | Refused) -> object:
    if isinstance(answer, Refused):
        return answer.code, answer.message("en"), answer.message("nl")
    return [
        (move.candidate, move.event, move.kind, move.at, move.to_state, move.differs, dict(move.facts))
        for move in answer.moves
    ]


@law(stories())
def test_another_order_of_writing_is_the_same_digest_and_the_same_run(story: Story) -> None:
    written = with_origins(story.data, story.procedure)
    expected = history(story.procedure, story)
    for seed in range(3):
        other = load(reordered(written, random.Random(seed)))
        assert other.digest == story.procedure.digest
        assert history(other, story) == expected


FILE = """
procedure: p
title: P
facts: {{a: {{kind: flag}}, b: {{kind: flag}}}}
steps: {{test: {{to: reserve}}}}
reserve: {{state: reserve, kinds: {kinds}}}
"""
KINDS = ["{first: {a: true}, second: {b: true}}", "{second: {b: true}, first: {a: true}}"]


def test_the_order_of_the_kinds_decides_and_is_in_the_digest() -> None:
    digests, kinds = set(), []
    for written in KINDS:
        selection = Selection(loads(FILE.format(kinds=written)))
        selection.apply("ada", {"a": True, "b": True}, at="2026-02-01T09:00:00+01:00")
        selection.record("ada", "test", at="2026-02-01T10:00:00+01:00")
        digests.add(selection.machine.digest)
        kinds.append(selection.kind(selection["ada"]))
    assert len(digests) == 2
    assert kinds == ["first", "second"]


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({"a": True}, "first"),
        ({"b": True}, None),
        ({"a": False, "b": True}, "second"),
        ({"a": False, "b": False}, None),
    ],
)
def test_a_kind_is_known_when_all_before_it_are_denied(facts: dict[str, object], kind: str | None) -> None:
    selection = Selection(loads(FILE.format(kinds=KINDS[0])))
    selection.apply("ada", facts, at="2026-02-01T09:00:00+01:00")
    selection.record("ada", "test", at="2026-02-01T10:00:00+01:00")
    assert selection.kind(selection["ada"]) == kind


ORDERS = [
    ("records", "{x: {kind: flag}, y: {kind: flag}}", "{y: {kind: flag}, x: {kind: flag}}"),
    ("passes", "{n: {at_least: 1, at_most: 5}}", "{n: {at_most: 5, at_least: 1}}"),
    ("closing", "{line: {kind: number}, places: {kind: number}}", "{places: {kind: number}, line: {kind: number}}"),
]
STEP = "procedure: p\ntitle: P\nfacts: {{n: {{kind: number}}}}\nsteps: {{test: {{to: done, passes: {{n: 1}}, {}: {}}}}}"


@pytest.mark.parametrize(("key", "one", "other"), ORDERS, ids=[key for key, _, _ in ORDERS])
def test_the_order_of_a_mapping_is_no_part_of_the_digest(key: str, one: str, other: str) -> None:
    template = STEP.replace("passes: {{n: 1}}, ", "") if key == "passes" else STEP
    assert loads(template.format(key, one)).digest == loads(template.format(key, other)).digest
