"""Outcomes, counts, cuts and properties: values that the definition and the machine both hold."""

from typing import Literal, TypeAlias

from attrs import field, frozen

from rules.algebra import Order, Rule
from rules.problems import Place
from rules.words import Words

Ties: TypeAlias = Literal["keep", "none", "lot"]


@frozen
class Outcome:
    """The target state `to` of cases for which `when` is the first rule that is TRUE; `passed`: whether they passed."""

    when: Rule
    to: str
    passed: bool


@frozen
class Count:
    """A gate on a number: how many cases are in `state` when the steps that lead to it are closed."""

    state: str
    conditions: tuple[tuple[Order, int], ...]


@frozen
class Take:
    """The next `best` (a number, or the name of a closing's fact) go to `to`."""

    best: int | str
    to: str


@frozen
class Keeps:
    """A cut: keep the best by `by`; ties at the cut are decided by `tie_break` and then by `ties`."""

    takes: tuple[Take, ...]
    by: tuple[str, ...]
    tie_break: tuple[str, ...] = ()
    ties: Ties = "keep"


@frozen
class Property:
    """A property to prove of every case in one of `states`: a rule, or that the case was in state `before` earlier."""

    name: str
    states: tuple[str, ...]
    never: Rule | None = None
    always: Rule | None = None
    before: str | None = None
    label: Words = field(factory=Words)
    sources: tuple[str, ...] = ()
    place: Place | None = field(default=None, eq=False)
