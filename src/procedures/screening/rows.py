"""Screening of the rows of a batch: the columns that are added, and the counts over all batches."""

from collections import Counter
from functools import cached_property
from typing import Final

import polars as pl
from attrs import define, field, frozen

from procedures.kernel.machine import CompiledStep, Machine
from procedures.screening.cells import CellReader, ReadBatch
from procedures.screening.faults import Faults
from procedures.screening.files.source import NESTED, Batch, Source, raise_troubles
from procedures.screening.formats import Formats
from procedures.screening.headers import MatchedColumns, match_headers
from procedures.screening.outcomes import REFUSED, UNDECIDED, Answer, Decision, find_needed_facts, make_decision
from procedures.screening.problems import make_trouble
from procedures.screening.reasons import Reasons
from procedures.screening.refusals import RefusedRows
from procedures.screening.vocabulary import Vocabulary
from rules.words import Language

ADDED: Final = ("result", "state", "missing", "reason")
"""The names of the columns that are added, without the prefix and the point before them."""


@frozen
class ScreenedBatch:
    """
    A batch with the added columns, and the same results as plain data.

    `answers` has the columns `number` (of an answer, see `Screening.answers`) and `missing` (names of facts).
    """

    frame: pl.DataFrame
    answers: pl.DataFrame
    bad: RefusedRows


@define(slots=False)
class Screening:
    """One step's rule over one table, ready to take its batches."""

    machine: Machine
    step: CompiledStep
    matched: MatchedColumns
    source: Source
    formats: Formats
    words: Vocabulary
    prefix: str = "screening"
    with_reasons: bool = True
    _reasons: Reasons = field(init=False)
    _cells: CellReader = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._cells = CellReader(self.matched, self.machine.declared, self.formats, self.source)
        self._reasons = Reasons(self.machine, self.step, self.available_facts, self.words.language, self.with_reasons)

    @property
    def added_columns(self) -> tuple[str, ...]:
        """The names of the columns that are added."""
        return tuple(f"{self.prefix}.{name}" for name in ADDED)

    @cached_property
    def available_facts(self) -> tuple[str, ...]:
        """The facts that the step needs and the table has."""
        there = {use.fact for use in self.matched.uses}
        return tuple(name for name in find_needed_facts(self.machine, self.step) if name in there)

    @cached_property
    def _decision(self) -> Decision:
        return make_decision(self.machine, self.step, self.available_facts)

    @cached_property
    def answers(self) -> tuple[Answer, ...]:
        """The possible answers, by number."""
        return (*self._decision.answers, UNDECIDED, REFUSED)

    def make_empty_frame(self) -> pl.DataFrame:
        """The table with all columns and no row, to write where the file has no rows."""
        return pl.DataFrame(schema={**self.source.types, **dict.fromkeys(self.added_columns, pl.String())})

    def screen(self, batch: Batch) -> ScreenedBatch:
        """Screen a batch."""
        found = self._cells.read(batch)
        numbers = self._numbers(found)
        why = self._reasons.explain_rows(found.table, numbers == self.answers.index(UNDECIDED))
        answers = pl.DataFrame({"number": numbers}).with_columns(why)
        if found.refused:
            problems = found.refused.make_texts(self.words.language)
            answers = answers.with_columns(
                missing=pl.when(problems.is_null()).then("missing"), reason=problems.fill_null(answers["reason"])
            )
        return ScreenedBatch(batch.frame.with_columns(self._columns(answers)), answers, found.refused)

    def _numbers(self, found: ReadBatch) -> pl.Series:
        """The number of the answer of each row."""
        number = found.table.select(number=self._decision.number)["number"]
        if len(number) != found.table.height:  # a rule that reads no facts has one value for all rows
            number = number.new_from_index(0, found.table.height)
        number = number.fill_null(self.answers.index(UNDECIDED))
        return number.set(found.refused.flags, self.answers.index(REFUSED))

    def _columns(self, answers: pl.DataFrame) -> list[pl.Series]:
        results = [self.words.result(answer) for answer in self.answers]
        states = [self.words.state(answer.to) for answer in self.answers]
        numbers = answers["number"].to_frame()
        labels = {name: self.words.fact(name) for name in self.needed_facts}
        missing = answers["missing"].list.eval(pl.element().replace(labels)).list.join("; ")
        columns = (
            numbers.select(pl.col("number").replace_strict(range(len(results)), results, return_dtype=pl.String)),
            numbers.select(pl.col("number").replace_strict(range(len(states)), states, return_dtype=pl.String)),
            missing.set(missing == "", None).to_frame(),
            answers["reason"].to_frame(),
        )
        return [column.to_series().alias(name) for column, name in zip(columns, self.added_columns, strict=True)]

    @cached_property
    def needed_facts(self) -> tuple[str, ...]:
        """All facts that the step needs, whether or not the table has them."""
        return find_needed_facts(self.machine, self.step)


def prepare(
    source: Source,
    machine: Machine,
    step: CompiledStep,
    *,
    mapping: tuple[tuple[str, str], ...] = (),
    formats: Formats | None = None,
    language: Language = "en",
    plain: bool = False,
    prefix: str = "screening",
    with_reasons: bool = True,
) -> Screening:
    """The screening of a table; raises TableError where its columns cannot be used as requested."""
    matched = match_headers(
        source.headers, machine, step.name, mapping, find_needed_facts(machine, step), source.header
    )
    words = Vocabulary(machine, language, plain)
    screening = Screening(machine, step, matched, source, formats or Formats(), words, prefix, with_reasons)
    raise_troubles(
        make_trouble("nested", source.header, header=f"`{use.header}`")
        for use in matched.uses
        if isinstance(source.types[use.header], NESTED)
    )
    names = {header.strip() for header in source.headers}
    raise_troubles(
        make_trouble("taken", source.header, header=f"`{name}`") for name in screening.added_columns if name in names
    )
    assert screening.answers, "the rules of the step can be decided in columns"
    return screening


@define
class Tally:
    """The counts over all batches."""

    rows: int = 0
    results: Counter[Answer] = field(factory=Counter)
    missing: Counter[str] = field(factory=Counter)
    faults: Faults = field(factory=Faults)

    @property
    def bad_cells(self) -> int:
        """The number of refused cells, and of rows that are refused as a whole."""
        return self.faults.count

    def add(self, screening: Screening, screened: ScreenedBatch) -> None:
        """Count a batch."""
        self.rows += screened.answers.height
        for number, count in screened.answers["number"].value_counts().iter_rows():
            self.results[screening.answers[number]] += count
        facts = screened.answers["missing"].explode(empty_as_null=True).drop_nulls()
        for fact, count in facts.value_counts().iter_rows():
            self.missing[fact] += count
        self.faults.add(screened.bad)

    def list_missing(self) -> list[tuple[str, int]]:
        """The missing facts with the number of rows that miss them, the highest number first."""
        return sorted(self.missing.items(), key=lambda item: (-item[1], item[0]))

    def count_by_state(self) -> dict[str, int]:
        """The number of rows that lead to each state."""
        found: Counter[str] = Counter()
        for answer, count in self.results.items():
            if answer.to is not None:
                found[answer.to] += count
        return dict(sorted(found.items()))

    def count_by_result(self) -> Counter[str]:
        """The number of rows with each result."""
        found: Counter[str] = Counter()
        for answer, count in self.results.items():
            found[answer.result] += count
        return found
