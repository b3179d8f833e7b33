"""Obligations and verdicts, as data: each obligation has its sentence and its subject.

The prover answers each with Proved, Refuted (with a candidate for whom it fails) or Undecided (with the reason).
"""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from attrs import field, frozen

from procedures.kernel.cases import Event
from rules.algebra import Rule
from rules.kinds import Plain
from rules.words import Words

About: TypeAlias = Literal[
    "step taken", "outcome taken", "rule decides", "member counts", "state reached", "case ends", "round counts",
    "facts recorded", "final stays", "deadline met", "gate decided", "own", "rules agree",
    "kinds apart", "option counts", "circles wait",
]  # fmt: skip
"""What an obligation is about: the kinds of obligations."""


@frozen
class Obligation:
    """
    Something that must hold: an identifier, what it is about, its sentence, and the step or state it is about.

    `rule` is the rule it is about, `reduced_rule` the same rule without one of its parts.
    """

    id: str
    about: About
    sentence: Words
    step: str | None = None
    state: str | None = None
    rule: Rule | None = None
    reduced_rule: Rule | None = None


@frozen
class Witness:
    """A candidate for whom an obligation fails: the facts known of them, and the events, which `run` replays."""

    facts: Mapping[str, Plain]
    events: Sequence[Event] = ()


@frozen
class Proved:
    """The obligation holds in every history."""


@frozen
class Refuted:
    """The obligation does not hold; `witness` shows it, where one candidate can show it."""

    witness: Witness | None = None
    reason: Words = field(factory=Words)


@frozen
class Undecided:
    """The obligation is neither proved nor refuted; `reason` says why."""

    reason: Words


Verdict: TypeAlias = Proved | Refuted | Undecided
