"""Many candidates through one procedure at once: a Selection in columns, one row a candidate.

What one by one is `selection.record(candidate, step, …)` is here one call for everybody who stands before a step. It
follows the same laws over arrays, and generated tests hold it to `run` row by row: state, facts, refusals. Corrections
and reopenings, which are about one person, it does not have.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from procedures.columns.answers import NO_EVENT, TAKEN, Answers, first_of
from procedures.columns.arrays.cases import Cases
from procedures.columns.arrays.decisions import Decisions
from procedures.columns.arrays.rows import Flags, Moments, Rows, at_once, only, places, span, those
from procedures.columns.arrays.state_index import NOT_APPLIED
from procedures.columns.automatic_moves import advance, due_by, settle
from procedures.columns.closings import Closer, close
from procedures.columns.guards import truths_of
from procedures.columns.journal import Entry, events_of
from procedures.columns.step import Taking, take
from procedures.errors import UsageError
from procedures.kernel.cases import Event
from procedures.kernel.cohort.closings import closing_facts
from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.names import WITHDRAWN
from procedures.selection import Compiled, When, moment
from rules.calendar import Moment
from rules.columns import dtype_of
from rules.kinds import Value
from rules.truth import Truth

At: TypeAlias = When | Moment | NDArray[np.int64]
"""A moment for everybody, or one for each row (microseconds since 1970 in UTC)."""


_MOST_STATES: Final = 127


class Cohorts:
    """
    The cases of one cohort, or of many of the same procedure that know nothing of one another.

    `facts` is an encoded table (`rules.columns.encode`), one row a candidate: the columns of declared facts come with
    the application, those of a step (`interview.score`) with its event. `cohort` numbers the cohort of each row from 0,
    in ascending order; left out, all are one. `cohorts` is how many there are, where the last may be empty. `names` are
    what the candidates are called, where lots or events need it; left out, they are called by their row numbers.
    Without a `journal` nothing is kept to tell `events` from.

    Events give a code for each row: TAKEN, NO_EVENT where nothing happened, or the number of a refusal in `WORDS`.

    Raises:
        UsageError: a column has another type than its fact has, cohorts are not in order, or the procedure has more
            than 127 states.
    """

    def __init__(
        self,
        procedure: Compiled | Machine,
        facts: pl.DataFrame,
        cohort: ArrayLike | None = None,
        names: Sequence[str] | None = None,
        *,
        cohorts: int | None = None,
        journal: bool = True,
    ) -> None:
        self.machine = procedure if isinstance(procedure, Machine) else procedure.machine
        if len(self.machine.states) > _MOST_STATES:
            raise UsageError(f"{self.machine.name} has more than {_MOST_STATES} states, which columns do not hold")
        self._table = facts
        which = np.zeros(facts.height, np.intp) if cohort is None else np.asarray(cohort, np.intp)
        if len(which) != facts.height or (len(which) and (which[0] < 0 or (which[1:] < which[:-1]).any())):
            raise UsageError("`cohort` numbers the cohort of every row, in ascending order from 0")
        known = self.machine.declared.facts
        columns = {column.name: self._typed(column) for column in facts.get_columns() if column.name in known}
        declared = {name: column for name, column in columns.items() if name in self.machine.declared_facts}
        self._brought = {
            step.name: {name: columns[name] for name in sorted(step.records) if name in columns}
            for step in self.machine.steps.values()
        }
        self._names = names
        self.cases = Cases.before(self.machine, which, declared)
        size = int(which[-1]) + 1 if len(which) else 1
        self.decisions = Decisions.before(self.machine, size if cohorts is None else max(cohorts, size))
        self._log: list[Entry] | None = [] if journal else None

    def _typed(self, column: pl.Series) -> pl.Series:
        dtype = dtype_of(self.machine.declared.facts[column.name].kind)
        if column.dtype != dtype:
            raise UsageError(f"`{column.name}` is a column of {column.dtype}, not of {dtype}: encode the table first")
        return column

    def __len__(self) -> int:
        return len(self.cases)

    def name(self, row: int) -> str:
        """What the candidate of a row is called."""
        return self._names[row] if self._names is not None else str(row)

    # -- what may happen ------------------------------------------------------------------------------------------

    def apply(self, *, at: At, by: str | None = None, rows: ArrayLike | None = None) -> Answers:
        """Candidates apply, with the declared facts of their rows; left out, everybody who has not yet."""
        cases, machine = self.cases, self.machine
        chosen = cases.where.rows_at([NOT_APPLIED]) if rows is None else self._rows(rows)
        moments = self._moments(at, chosen)
        codes = first_of(self._not_applying(chosen, moments), len(chosen))
        self._note(Entry("apply", chosen, moments, by))
        taken = codes == TAKEN
        new, at_ = those(chosen, taken), only(moments, places(taken))
        cases.move(new, cases.codes[machine.initial], at_, None, None)
        settle(cases, self.decisions, new, at_)
        return self._answers(chosen, codes)

    def _not_applying(self, rows: Rows, at: Moments) -> Iterator[tuple[str, Flags]]:
        """Why somebody cannot apply; what can hold of nobody is not asked of everybody."""
        cases, machine, (first, last) = self.cases, self.machine, span(at)
        yield "duplicate", ~cases.where.rows_in([NOT_APPLIED], rows)
        if (closed := self.decisions.any_closed).any():
            yield "already_closed", closed[cases.cohort[cases.index(rows)]]
        if machine.opens is not None and first < machine.opens:
            yield "too_early", at < machine.opens
        if machine.ends is not None and last >= machine.ends:
            yield "too_late", at >= machine.ends

    def record(
        self,
        step: str,
        *,
        at: At,
        by: str | None = None,
        facts: pl.DataFrame | None = None,
        rows: ArrayLike | None = None,
    ) -> Answers:
        """
        A step was taken by candidates, with what their rows have for it.

        `facts` has other encoded columns than those the table was made with. `rows` left out, it is taken by everybody
        who stands before it and has a result; where the step records nothing, by everybody who stands before it.
        """
        taken = self._step(step)
        brought = self._brought[step] if facts is None else self._columns_for(taken, facts)
        chosen = self._with_result(taken, brought) if rows is None else self._rows(rows)
        taking = Taking(self.cases, self.decisions, taken, chosen, self._moments(at, chosen), by, brought, self.name)
        self._note(Entry(step, chosen, taking.at, by, brought=brought))
        return self._answers(chosen, take(taking))

    def withdraw(self, rows: ArrayLike, *, at: At, by: str | None = None) -> Answers:
        """Candidates give up."""
        cases = self.cases
        chosen = self._rows(rows)
        moments = self._moments(at, chosen)
        final = np.array([*(state.final for state in self.machine.states.values()), False])
        codes = first_of(
            [
                ("unknown_candidate", cases.state[chosen] == NOT_APPLIED),
                ("out_of_order", moments < cases.heard(chosen)),
                ("wrong_state", final[cases.state[chosen]]),
            ],
            len(chosen),
        )
        self._note(Entry("withdraw", chosen, moments, by))
        if (taken := codes == TAKEN).any():
            there = places(taken)
            cases.move(chosen[there], cases.codes[WITHDRAWN], only(moments, there), None, None)
        return self._answers(chosen, codes)

    def close(
        self,
        step: str,
        *,
        at: When | Moment,
        by: str | None = None,
        facts: Mapping[str, object] | None = None,
        seed: str | int | None = None,
    ) -> Answers:
        """Close a step of every cohort; the codes are those of the cohorts."""
        taken, when = self._step(step), self._moment(at)
        event = Event("close", when, facts=facts or {}, by=by, step=step, seed=seed)
        encoded = closing_facts(self.machine, taken, event)
        self._note(Entry("close", np.arange(0), np.arange(0), by, event=event))
        return close(Closer(self.cases, self.decisions, taken, when, by, seed, self.name), encoded)

    def advance(self, *, at: When | Moment) -> None:
        """Time has come to `at`: what is due lapses and expires."""
        when = self._moment(at)
        self._note(Entry("advance", np.arange(0), np.arange(0), None, event=Event("advance", when)))
        everywhere = np.ones(self.decisions.size, np.bool_)
        advance(self.cases, self.decisions, when, due_by(self.cases, self.decisions, when, everywhere))

    # -- what is known --------------------------------------------------------------------------------------------

    @property
    def states(self) -> pl.Series:
        """The state of each row; null for those who have not applied."""
        names = [*self.machine.states]
        places = pl.Series(self.cases.state.astype(np.int32))
        return pl.Series("state", names, dtype=pl.Enum(names)).gather(places.set(places < 0, None)).alias("state")

    @property
    def kinds(self) -> pl.Series:
        """The kind of reserve of those who came onto it, as `Selection.kind` tells it; null for all others."""
        reserve = self.machine.reserve
        kinds = dict(reserve.kinds) if reserve is not None else {}
        found = np.full(len(self), -1, np.int32)
        rows = np.flatnonzero(self.cases.selected.now)
        for number, values in reversed([*enumerate(truths_of(kinds.values(), self.cases, self.decisions, rows))]):
            found[rows[values == Truth.TRUE]] = number
        places = pl.Series(found)
        return pl.Series("kind", [*kinds], dtype=pl.String).gather(places.set(places < 0, None)).alias("kind")

    def table(self) -> pl.DataFrame:
        """The encoded table with where everybody stands: `state`, `kind`, and for each step how it went."""
        decided = [
            column
            for step in self.machine.steps
            for name in (step, f"{step}.kept", f"{step}.rank")
            if name in self.machine.declared.facts and (column := self.cases.column(name)) is not None
        ]
        others = self._table.select(pl.exclude("state", "kind", *(column.name for column in decided)))
        return others.with_columns(self.states, self.kinds, *decided)

    def brings(self, step: str) -> bool:
        """Whether the table has a column that a step records."""
        return bool(self._brought[step])

    def known(self, row: int) -> dict[str, Value]:
        """All that is known of one candidate, encoded, as `run` would know it."""
        found: dict[str, Value] = {}
        for name in self.machine.declared.facts:
            if name in self.decisions.facts:
                value = self.decisions.facts[name][int(self.cases.cohort[row])]
            elif (column := self.cases.column(name)) is not None:
                value = column[row]
            else:
                continue
            if value is not None:
                found[name] = value
        return found

    def events(self, cohort: int = 0) -> Iterator[Event]:
        """
        What happened to a cohort as ordinary events, for `run` to replay and to explain.

        Raises:
            UsageError: no journal was kept.
        """
        if self._log is None:
            raise UsageError("these cohorts were made without a journal, so there are no events to tell")
        yield from events_of(self.machine, self._log, self.cases.cohort == cohort, self.cases.given, self.name)

    # -- arguments ------------------------------------------------------------------------------------------------

    def _step(self, name: str) -> CompiledStep:
        step = self.machine.steps.get(name)
        if step is None:
            raise UsageError(f"no step `{name}` in {self.machine.name}")
        return step

    def _columns_for(self, step: CompiledStep, facts: pl.DataFrame) -> Mapping[str, pl.Series]:
        """The columns of a table that a step records, by their full names."""
        if facts.height != len(self):
            raise UsageError("`facts` has a row for every candidate")
        return {name: self._typed(facts[name]) for name in sorted(step.records) if name in facts.columns}

    def _with_result(self, step: CompiledStep, brought: Mapping[str, pl.Series]) -> Rows:
        """Who stands before a step and has a result of it; where it records nothing, whoever stands there."""
        before = self.cases.rows_at(step.origins)
        if not step.records:
            return before
        if not brought:
            return before[:0]
        has = pl.DataFrame([*brought.values()]).select(pl.any_horizontal(pl.all().is_not_null())).to_series()
        return those(before, has.to_numpy().take(before))

    def _rows(self, rows: ArrayLike) -> Rows:
        """The rows that are meant: their numbers, or a flag for each; each once, in their order."""
        given = np.asarray(rows)
        if self.cases.where.is_roll(given):
            return given
        if given.dtype == np.bool_:
            if len(given) != len(self):
                raise UsageError("a flag for every row, or the numbers of rows")
            return np.flatnonzero(given)
        numbers = given.astype(np.intp)
        return numbers if (numbers[1:] > numbers[:-1]).all() else np.unique(numbers)

    def _moment(self, at: When | Moment) -> Moment:
        when = at if isinstance(at, Moment) else moment(at)
        self.cases.latest = max(self.cases.latest, when)
        return when

    def _moments(self, at: At, rows: Rows) -> Moments:
        """The moments of these rows."""
        if isinstance(at, np.ndarray):
            if len(at) != len(self):
                raise UsageError("`at` is a moment for everybody, or one for each row")
            moments = at.astype(np.int64)[rows]
            self.cases.latest = int(moments.max(initial=self.cases.latest))
            return moments
        return at_once(self._moment(at), rows)

    def _answers(self, rows: Rows, codes: Answers) -> Answers:
        answers = np.full(len(self), NO_EVENT, np.int8)
        answers[self.cases.index(rows)] = codes
        return answers

    def _note(self, entry: Entry) -> None:
        if self._log is not None:
            self._log.append(entry)
