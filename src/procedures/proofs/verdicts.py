"""What must hold of a procedure, as data: each obligation with its sentence and where it is read.

A prover answers each with Proved, Refuted (with somebody for whom it fails) or Undecided (with the reason).
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
"""What an obligation is about; the kinds of obligations there are."""


@frozen
class Obligation:
    """
    Something that must hold: an identifier, what it is about, its sentence, and the step or state it is about.

    `rule` is the rule that is asked about, `without` the same with a part left out.
    """

    id: str
    about: About
    sentence: Words
    step: str | None = None
    state: str | None = None
    rule: Rule | None = None
    without: Rule | None = None


@frozen
class Witness:
    """Somebody for whom an obligation fails: what is known of them, and what happened; `run` goes their way."""

    facts: Mapping[str, Plain]
    events: Sequence[Event] = ()


@frozen
class Proved:
    """It holds, whatever happens."""


@frozen
class Refuted:
    """It does not hold; `witness` shows it where a person can."""

    witness: Witness | None = None
    reason: Words = field(factory=Words)


@frozen
class Undecided:
    """It could not be told, and why."""

    reason: Words


Verdict: TypeAlias = Proved | Refuted | Undecided
