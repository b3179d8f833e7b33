"""What decides a step besides its rules: outcomes, counts and cuts. The definition and the machine both hold them."""

from typing import Literal, TypeAlias

from attrs import field, frozen

from rules.algebra import Order, Rule
from rules.problems import Place
from rules.words import Words

Ties: TypeAlias = Literal["keep", "none", "lot"]


@frozen
class Outcome:
    """Where those go for whom `when` is the first to be TRUE; `passed` tells how the step went for them."""

    when: Rule
    to: str
    passed: bool


@frozen
class Count:
    """A gate on a number: how many cases stand in `state` when the steps that lead here are closed."""

    state: str
    conditions: tuple[tuple[Order, int], ...]


@frozen
class Take:
    """The next `best` (a number, or the name of a closing's fact) go to `to`."""

    best: int | str
    to: str


@frozen
class Keeps:
    """A cut: the best by `by`, ties astride it settled by `tie_break` and then by `ties`."""

    takes: tuple[Take, ...]
    by: tuple[str, ...]
    tie_break: tuple[str, ...] = ()
    ties: Ties = "keep"


@frozen
class Wanted:
    """What an author wants proved of whoever stands in one of `states`: a rule, or that they stood elsewhere before."""

    name: str
    states: tuple[str, ...]
    never: Rule | None = None
    always: Rule | None = None
    before: str | None = None
    label: Words = field(factory=Words)
    sources: tuple[str, ...] = ()
    place: Place | None = field(default=None, eq=False)
