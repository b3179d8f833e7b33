"""Rows screened: the columns that are added to a batch, and what was counted on the way."""

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import Final

import polars as pl
from attrs import define, field, frozen

from procedures.kernel.machine import CompiledStep, Machine
from procedures.screening.cells import Read, read
from procedures.screening.files.source import NESTED, Batch, Source, refuse
from procedures.screening.formats import Formats
from procedures.screening.headers import Matched, match
from procedures.screening.outcomes import REFUSED, UNDECIDED, Answer, Decision, asked_by, decision
from procedures.screening.problems import Trouble, trouble
from procedures.screening.reasons import Reasons
from procedures.screening.vocabulary import Vocabulary
from rules.words import Language

ADDED: Final = ("result", "state", "missing", "reason")
"""What is added to a row, each after the prefix and a point."""


@frozen
class Screened:
    """
    A batch with its columns added, and the same as plain data.

    `answers` has the columns `number` (of an answer, see `Screening.answers`) and `missing` (names of facts).
    """

    frame: pl.DataFrame
    answers: pl.DataFrame
    bad: Mapping[int, tuple[Trouble, ...]]


@define(slots=False)
class Screening:
    """One step's rule over one table, ready to take its batches."""

    machine: Machine
    taken: CompiledStep
    matched: Matched
    source: Source
    formats: Formats
    words: Vocabulary
    prefix: str = "screening"
    with_reasons: bool = True
    _reasons: Reasons = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._reasons = Reasons(self.machine, self.taken, self.asked, self.words.language, self.with_reasons)

    @property
    def added(self) -> tuple[str, ...]:
        """The names of the columns that are added."""
        return tuple(f"{self.prefix}.{name}" for name in ADDED)

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """The facts that the step asks for and the table has."""
        there = {use.fact for use in self.matched.uses}
        return tuple(name for name in asked_by(self.machine, self.taken) if name in there)

    @cached_property
    def _decision(self) -> Decision:
        return decision(self.machine, self.taken, self.asked)

    @cached_property
    def answers(self) -> tuple[Answer, ...]:
        """What a row may come to, by number."""
        return (*self._decision.answers, UNDECIDED, REFUSED)

    def nothing(self) -> pl.DataFrame:
        """The table without a row: what is written of a file that has none."""
        return pl.DataFrame(schema={**self.source.types, **dict.fromkeys(self.added, pl.String())})

    def take(self, batch: Batch) -> Screened:
        """Screen a batch."""
        found = read(batch, self.matched, self.machine.declared, self.formats, self.source)
        numbers = self._numbers(found)
        why = self._reasons.of(found.table, numbers == self.answers.index(UNDECIDED))
        answers = pl.DataFrame({"number": numbers}).with_columns(why)
        if found.bad:
            told = pl.Series([self._told(found.bad.get(row)) for row in range(len(numbers))], dtype=pl.String)
            answers = answers.with_columns(
                missing=pl.when(told.is_null()).then("missing"), reason=told.fill_null(answers["reason"])
            )
        return Screened(batch.frame.with_columns(self._columns(answers)), answers, found.bad)

    def _numbers(self, found: Read) -> pl.Series:
        """The number of the answer of each row."""
        number = found.table.select(number=self._decision.number)["number"]
        if len(number) != found.table.height:  # a rule that asks nothing is one value for all
            number = number.new_from_index(0, found.table.height)
        number = number.fill_null(self.answers.index(UNDECIDED))
        if found.bad:
            number = number.scatter([*found.bad], self.answers.index(REFUSED))
        return number

    def _told(self, troubles: tuple[Trouble, ...] | None) -> str | None:
        if troubles is None:
            return None
        language = self.words.language
        told = []
        for each in troubles:
            help_ = each.hint.in_language(language)
            told.append(each.words.in_language(language) + (f" ({help_})" if help_ else ""))
        return "; ".join(told)

    def _columns(self, answers: pl.DataFrame) -> list[pl.Series]:
        results = [self.words.result(answer) for answer in self.answers]
        states = [self.words.state(answer.to) for answer in self.answers]
        numbers = answers["number"].to_frame()
        labels = {name: self.words.fact(name) for name in self.asked_names}
        missing = answers["missing"].list.eval(pl.element().replace(labels)).list.join("; ")
        columns = (
            numbers.select(pl.col("number").replace_strict(range(len(results)), results, return_dtype=pl.String)),
            numbers.select(pl.col("number").replace_strict(range(len(states)), states, return_dtype=pl.String)),
            missing.set(missing == "", None).to_frame(),
            answers["reason"].to_frame(),
        )
        return [column.to_series().alias(name) for column, name in zip(columns, self.added, strict=True)]

    @cached_property
    def asked_names(self) -> tuple[str, ...]:
        """All facts that the step asks for, whether or not the table has them."""
        return asked_by(self.machine, self.taken)


def prepare(
    source: Source,
    machine: Machine,
    taken: CompiledStep,
    *,
    mapping: tuple[tuple[str, str], ...] = (),
    formats: Formats | None = None,
    language: Language = "en",
    plain: bool = False,
    prefix: str = "screening",
    with_reasons: bool = True,
) -> Screening:
    """The screening of a table; raises TableError where its columns cannot be used as they are asked to be."""
    matched = match(source.headers, machine, taken.name, mapping, asked_by(machine, taken), source.header)
    words = Vocabulary(machine, language, plain)
    screening = Screening(machine, taken, matched, source, formats or Formats(), words, prefix, with_reasons)
    refuse(
        trouble("nested", source.header, header=f"`{use.header}`")
        for use in matched.uses
        if isinstance(source.types[use.header], NESTED)
    )
    names = {header.strip() for header in source.headers}
    refuse(trouble("taken", source.header, header=f"`{name}`") for name in screening.added if name in names)
    assert screening.answers, "the rules of the step can be decided in columns"
    return screening


@define
class Tally:
    """What was counted over all batches."""

    rows: int = 0
    results: Counter[Answer] = field(factory=Counter)
    missing: Counter[str] = field(factory=Counter)
    cells: int = 0

    def add(self, screening: Screening, screened: Screened) -> None:
        """Count a batch."""
        self.rows += screened.answers.height
        for number, count in screened.answers["number"].value_counts().iter_rows():
            self.results[screening.answers[number]] += count
        facts = screened.answers["missing"].explode(empty_as_null=True).drop_nulls()
        for fact, count in facts.value_counts().iter_rows():
            self.missing[fact] += count
        self.cells += sum(len(troubles) for troubles in screened.bad.values())

    def most_missing(self) -> list[tuple[str, int]]:
        """The facts that are missing, those of most rows first."""
        return sorted(self.missing.items(), key=lambda item: (-item[1], item[0]))

    def by_state(self) -> dict[str, int]:
        """How many rows lead to each state."""
        found: Counter[str] = Counter()
        for answer, count in self.results.items():
            if answer.to is not None:
                found[answer.to] += count
        return dict(sorted(found.items()))

    def by_result(self) -> Counter[str]:
        """How many rows came to each result."""
        found: Counter[str] = Counter()
        for answer, count in self.results.items():
            found[answer.result] += count
        return found
