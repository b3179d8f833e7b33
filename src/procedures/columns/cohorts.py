"""Cohorts of many candidates in one procedure: a Selection in columns, one row per candidate.

`record` takes a step for all candidates who wait for it, where `selection.record` takes it for one. The same laws are
applied to arrays, and generated tests compare states, facts and refusals with `run` row by row. Corrections and
reopenings concern one candidate and are not supported.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from procedures.columns.answers import NO_EVENT, TAKEN, Answers, find_refusals
from procedures.columns.arrays.cases import Cases
from procedures.columns.arrays.decisions import Decisions
from procedures.columns.arrays.rows import (
    Flags,
    Moments,
    Rows,
    find_flagged,
    find_span,
    repeat_moment,
    select_rows,
    take_moments,
)
from procedures.columns.arrays.state_index import NOT_APPLIED
from procedures.columns.automatic_moves import advance, find_due_moves, make_automatic_moves
from procedures.columns.closings import StepClosing, close, close_applications
from procedures.columns.decision import evaluate_rules
from procedures.columns.journal import JournalEntry, make_events
from procedures.columns.step import StepEvent, take
from procedures.errors import UsageError
from procedures.kernel.cases import Event
from procedures.kernel.cohort.closing_preconditions import closing_facts
from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.names import APPLY, WITHDRAWN
from procedures.selection import HasMachine, MomentInput, moment
from rules.calendar import Moment
from rules.columns import dtype_of
from rules.kinds import Value
from rules.truth import Truth

At: TypeAlias = MomentInput | Moment | NDArray[np.int64]
"""One moment for all rows, or an array of one moment per row (microseconds since 1970 in UTC)."""

_MOST_STATES: Final = 127


class Cohorts:
    """
    The cases of one cohort, or of many independent cohorts of the same procedure.

    Events return a code for each row: TAKEN, NO_EVENT for a row without the event, or the number of a refusal in
    `WORDS`.

    Args:
        procedure: the procedure, or its machine.
        facts: an encoded table (`rules.columns.encode`), one row per candidate. The application brings the columns of
            declared facts, the event of a step those of the step (`interview.score`).
        cohort: the number of the cohort of each row, from 0, in ascending order; by default all rows are one cohort.
        names: the names of the candidates, for lots and events; by default the row numbers.
        cohorts: the number of cohorts, where the last ones may be empty.
        journal: keep a journal; `events` needs it.

    Raises:
        UsageError: a column has another type than its fact has, cohorts are not in order, or the procedure has more
            than 127 states.
    """

    def __init__(
        self,
        procedure: HasMachine | Machine,
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
        columns = {column.name: self._check_type(column) for column in facts.get_columns() if column.name in known}
        declared = {name: column for name, column in columns.items() if name in self.machine.declared_facts}
        self._event_columns = {
            step.name: {name: columns[name] for name in sorted(step.records) if name in columns}
            for step in self.machine.steps.values()
        }
        self._names = names
        self.cases = Cases.initial(self.machine, which, declared)
        size = int(which[-1]) + 1 if len(which) else 1
        self.decisions = Decisions.initial(self.machine, size if cohorts is None else max(cohorts, size))
        self._log: list[JournalEntry] | None = [] if journal else None

    def _check_type(self, column: pl.Series) -> pl.Series:
        dtype = dtype_of(self.machine.declared.facts[column.name].kind)
        if column.dtype != dtype:
            raise UsageError(f"`{column.name}` is a column of {column.dtype}, not of {dtype}: encode the table first")
        return column

    def __len__(self) -> int:
        return len(self.cases)

    def name(self, row: int) -> str:
        """The name of the candidate of a row."""
        return self._names[row] if self._names is not None else str(row)

    # -- events ---------------------------------------------------------------------------------------------------

    def apply(self, *, at: At, by: str | None = None, rows: ArrayLike | None = None) -> Answers:
        """Record applications with the declared facts of the rows; by default for all rows that have not applied."""
        cases, machine = self.cases, self.machine
        chosen = cases.state_index.rows_at([NOT_APPLIED]) if rows is None else self._rows(rows)
        moments = self._moments(at, chosen)
        codes = find_refusals(self._application_refusals(chosen, moments), len(chosen))
        self._add_entry(JournalEntry("apply", chosen, moments, by))
        taken = codes == TAKEN
        new, at_ = select_rows(chosen, taken), take_moments(moments, find_flagged(taken))
        cases.move(new, cases.codes[machine.initial], at_, None, None)
        make_automatic_moves(cases, self.decisions, new, at_)
        return self._answers(chosen, codes)

    def _application_refusals(self, rows: Rows, at: Moments) -> Iterator[tuple[str, Flags]]:
        """The reasons to refuse an application; a reason that can hold for no row is left out."""
        cases, machine, (first, last) = self.cases, self.machine, find_span(at)
        yield "duplicate", ~cases.state_index.is_in([NOT_APPLIED], rows)
        if (closed := self.decisions.has_closings).any():
            yield "already_closed", closed[cases.cohort[cases.as_index(rows)]]
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
        why: str | None = None,
        facts: pl.DataFrame | None = None,
        rows: ArrayLike | None = None,
    ) -> Answers:
        """
        Record the event of a step, with the facts that the rows have for it.

        `facts` has encoded columns to use instead of those of the table. By default the step is taken for all rows in
        its `from` that have a result; where the step records nothing, for all rows in its `from`.
        """
        taken = self._step(step)
        columns = self._event_columns[step] if facts is None else self._columns_for(taken, facts)
        chosen = self._with_result(taken, columns) if rows is None else self._rows(rows)
        event = StepEvent(
            self.cases, self.decisions, taken, chosen, self._moments(at, chosen), by, why, columns, self.name
        )
        self._add_entry(JournalEntry(step, chosen, event.at, by, why=why, columns=columns))
        return self._answers(chosen, take(event))

    def withdraw(self, rows: ArrayLike, *, at: At, by: str | None = None) -> Answers:
        """Record withdrawals."""
        cases = self.cases
        chosen = self._rows(rows)
        moments = self._moments(at, chosen)
        final = np.array([*(state.final for state in self.machine.states.values()), False])
        codes = find_refusals(
            [
                ("unknown_candidate", cases.state[chosen] == NOT_APPLIED),
                ("out_of_order", moments < cases.last_moments(chosen)),
                ("wrong_state", final[cases.state[chosen]]),
            ],
            len(chosen),
        )
        self._add_entry(JournalEntry("withdraw", chosen, moments, by))
        if (taken := codes == TAKEN).any():
            there = find_flagged(taken)
            cases.move(chosen[there], cases.codes[WITHDRAWN], take_moments(moments, there), None, None)
        return self._answers(chosen, codes)

    def close(
        self,
        step: str,
        *,
        at: MomentInput | Moment,
        by: str | None = None,
        facts: Mapping[str, object] | None = None,
        seed: str | int | None = None,
    ) -> Answers:
        """Close a step, or the applications (`apply`), in every cohort; the answers have one code per cohort."""
        taken, when = None if step == APPLY else self._step(step), self._moment(at)
        event = Event("close", when, facts=facts or {}, by=by, step=step, seed=seed)
        encoded = closing_facts(self.machine, taken, event)
        self._add_entry(JournalEntry("close", np.arange(0), np.arange(0), by, event=event))
        if taken is None:
            return close_applications(self.cases, self.decisions, event, encoded)
        return close(StepClosing(self.cases, self.decisions, taken, when, by, seed, self.name), encoded)

    def advance(self, *, at: MomentInput | Moment) -> None:
        """Make every lapse and expiry that is due at `at`."""
        when = self._moment(at)
        self._add_entry(JournalEntry("advance", np.arange(0), np.arange(0), None, event=Event("advance", when)))
        everywhere = np.ones(self.decisions.size, np.bool_)
        advance(self.cases, self.decisions, when, find_due_moves(self.cases, self.decisions, when, everywhere))

    # -- results --------------------------------------------------------------------------------------------------

    @property
    def states(self) -> pl.Series:
        """The state of each row; null for rows that have not applied."""
        names = [*self.machine.states]
        positions = pl.Series(self.cases.state.astype(np.int32))
        return pl.Series("state", names, dtype=pl.Enum(names)).gather(positions.set(positions < 0, None)).alias("state")

    @property
    def kinds(self) -> pl.Series:
        """The reserve kind of rows that have been in the reserve, as in `Selection.kind`; null for other rows."""
        reserve = self.machine.reserve
        kinds = dict(reserve.kinds) if reserve is not None else {}
        found = np.full(len(self), -1, np.int32)
        rows = np.flatnonzero(self.cases.is_selected.values)
        for number, values in reversed([*enumerate(evaluate_rules(kinds.values(), self.cases, self.decisions, rows))]):
            found[rows[values == Truth.TRUE]] = number
            found[rows[values == Truth.UNKNOWN]] = -1
        positions = pl.Series(found)
        return pl.Series("kind", [*kinds], dtype=pl.String).gather(positions.set(positions < 0, None)).alias("kind")

    def table(self) -> pl.DataFrame:
        """The encoded table with `state` and `kind`, and for each step its result, `kept` and `rank`."""
        decided = [
            column
            for step in self.machine.steps
            for name in (step, f"{step}.kept", f"{step}.rank")
            if name in self.machine.declared.facts and (column := self.cases.column(name)) is not None
        ]
        others = self._table.select(pl.exclude("state", "kind", *(column.name for column in decided)))
        return others.with_columns(self.states, self.kinds, *decided)

    def has_columns_for(self, step: str) -> bool:
        """Whether the table has a column that a step records."""
        return bool(self._event_columns[step])

    def known_facts(self, row: int) -> dict[str, Value]:
        """All known facts of one candidate, encoded; the same facts as `run` has."""
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
        The events of a cohort as ordinary events, for `run` to replay and to explain.

        Raises:
            UsageError: no journal was kept.
        """
        if self._log is None:
            raise UsageError("these cohorts were made without a journal, so there are no events to tell")
        yield from make_events(self.machine, self._log, self.cases.cohort == cohort, self.cases.facts, self.name)

    # -- arguments ------------------------------------------------------------------------------------------------

    def _step(self, name: str) -> CompiledStep:
        step = self.machine.steps.get(name)
        if step is None:
            raise UsageError(f"no step `{name}` in {self.machine.name}")
        return step

    def _columns_for(self, step: CompiledStep, facts: pl.DataFrame) -> Mapping[str, pl.Series]:
        """The columns of a table with facts that a step records, by their full names."""
        if facts.height != len(self):
            raise UsageError("`facts` has a row for every candidate")
        return {name: self._check_type(facts[name]) for name in sorted(step.records) if name in facts.columns}

    def _with_result(self, step: CompiledStep, columns: Mapping[str, pl.Series]) -> Rows:
        """The rows in `from` of a step that have a result of it; all of them where the step records nothing."""
        before = self.cases.rows_at(step.origins)
        if not step.records:
            return before
        if not columns:
            return before[:0]
        has = pl.DataFrame([*columns.values()]).select(pl.any_horizontal(pl.all().is_not_null())).to_series()
        return select_rows(before, has.to_numpy().take(before))

    def _rows(self, rows: ArrayLike) -> Rows:
        """Row numbers, or one flag per row, as row numbers in ascending order without repetition."""
        given = np.asarray(rows)
        if self.cases.state_index.is_own_array(given):
            return given
        if given.dtype == np.bool_:
            if len(given) != len(self):
                raise UsageError("a flag for every row, or the numbers of rows")
            return np.flatnonzero(given)
        numbers = given.astype(np.intp)
        return numbers if (numbers[1:] > numbers[:-1]).all() else np.unique(numbers)

    def _moment(self, at: MomentInput | Moment) -> Moment:
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
        return repeat_moment(self._moment(at), rows)

    def _answers(self, rows: Rows, codes: Answers) -> Answers:
        answers = np.full(len(self), NO_EVENT, np.int8)
        answers[self.cases.as_index(rows)] = codes
        return answers

    def _add_entry(self, entry: JournalEntry) -> None:
        if self._log is not None:
            self._log.append(entry)
