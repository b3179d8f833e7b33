"""The decision of a step as one polars expression over rows: the guards of `kernel.decision.decide`, in its order.

A null stands for missing facts. Generated tests compare every row with `decide` and `explain_step`.
"""

from collections.abc import Collection
from typing import Final, Literal, TypeAlias

import polars as pl
from attrs import frozen

from procedures.errors import UsageError
from procedures.kernel.machine import CompiledStep, Machine
from procedures.screening.problems import TableError, make_trouble
from rules.algebra import Rule, facts_of
from rules.columns import Columns, TooWideError, expression, score_value
from rules.suggestions import did_you_mean

Result: TypeAlias = Literal["passed", "failed", "exempt", "waits", "undecided", "refused"]
"""The result of a row: `waits` for the ranking, `undecided` while facts are missing, `refused` for a bad cell."""

RESULTS: Final[tuple[Result, ...]] = ("passed", "failed", "exempt", "waits", "undecided", "refused")


@frozen
class Answer:
    """The result of a row, and the state it leads to, if that is decided."""

    result: Result
    to: str | None = None


UNDECIDED: Final = Answer("undecided")
REFUSED: Final = Answer("refused")


@frozen
class Decision:
    """An expression that gives the number of the answer of each row, and the answers by number."""

    number: pl.Expr
    answers: tuple[Answer, ...]


def find_step(machine: Machine, name: str | None) -> CompiledStep:
    """The step of a name; by default the one step from the initial state. Raises UsageError where there is none."""
    if not machine.steps:
        raise UsageError(f"{machine.name} states no procedure: there are no steps to screen for")
    if name is None:
        first = machine.steps_from[machine.initial]
        if len(first) != 1:
            listed = ", ".join(f"`{step}`" for step in machine.steps)
            raise UsageError(f"{machine.name} has several steps: say which of {listed}")
        return first[0]
    if name not in machine.steps:
        raise UsageError(f"no step `{name}` in {machine.name}; {did_you_mean(name, machine.steps)}")
    return machine.steps[name]


def find_needed_facts(machine: Machine, taken: CompiledStep) -> tuple[str, ...]:
    """The facts of a candidate that a step reads, each once, in the order of reading."""
    rules: list[Rule] = [] if taken.exempt is None else [taken.exempt]
    rules += [outcome.when for outcome in taken.outcomes]
    names = [name for rule in rules for name in facts_of(rule)]
    for name in (*taken.keeps.by, *taken.keeps.tie_break) if taken.keeps else ():
        score = machine.declared.scores.get(name)
        parts = [each for part in score.parts for each in (part.fact, part.settled_by) if each] if score else [name]
        names += parts
    return tuple(dict.fromkeys(names))


def make_decision(machine: Machine, taken: CompiledStep, columns: Collection[str]) -> Decision:
    """
    The decision of the step over encoded columns; facts without a column are unknown.

    Raises:
        TableError: a score of the step needs more than 128 bits.
    """
    try:
        return _decision(machine, taken, columns)
    except TooWideError as error:
        raise TableError([make_trouble("too wide", step=f"`{taken.name}`", why=str(error))]) from None


def _decision(machine: Machine, taken: CompiledStep, columns: Collection[str]) -> Decision:
    # Exempt, then the outcomes; a guard that is null blocks those after it.
    branches: list[tuple[pl.Expr, pl.Expr]] = []
    answers: list[Answer] = []

    def add(guard: Rule, answer: Answer, when: pl.Expr | None = None) -> None:
        number = pl.lit(len(answers), dtype=pl.UInt16)
        branches.append(
            (expression(guard, machine.declared, columns), number if when is None else pl.when(when).then(number))
        )
        answers.append(answer)

    if taken.exempt is not None:
        add(taken.exempt, Answer("exempt", taken.to))
    for outcome in taken.outcomes:
        if taken.keeps is not None and outcome.passed:
            add(outcome.when, Answer("waits"), _can_be_ranked(machine, taken, columns))
        else:
            add(outcome.when, Answer("passed" if outcome.passed else "failed", outcome.to))
    number = pl.lit(None, dtype=pl.UInt16)
    for guard, found in reversed(branches):
        number = pl.when(guard).then(found).when(guard.is_null()).then(None).otherwise(number)
    return Decision(number, tuple(answers))


def _can_be_ranked(machine: Machine, taken: CompiledStep, columns: Collection[str]) -> pl.Expr:
    """Whether all ranking keys of the step are known."""
    assert taken.keeps is not None, "a step that ranks"
    there = Columns(machine.declared, columns)
    return pl.all_horizontal(
        score_value(machine.declared.scores[name], there)[0].is_not_null()
        if name in machine.declared.scores
        else there.is_known(name)
        for name in (*taken.keeps.by, *taken.keeps.tie_break)
    )
