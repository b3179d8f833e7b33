"""Automatic moves, lapses and expiry of many cases at once; `kernel.automatic_moves` does the same for one case."""

from collections.abc import Iterable
from typing import Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from procedures.columns.arrays.cases import NEVER, Cases
from procedures.columns.arrays.decisions import Decisions
from procedures.columns.arrays.rows import Flags, Moments, Rows, find_flagged, find_span, repeat_moment, take_moments
from procedures.columns.decision import exemption_values
from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.names import EXPIRED
from rules.calendar import Moment
from rules.truth import Truth

_NONE, _EXPIRY = -1, -2
_NO_ROWS: Final = np.zeros(0, np.intp)


def make_automatic_moves(cases: Cases, decisions: Decisions, rows: Rows, at: Moments) -> None:
    """Make the automatic moves of these rows, each at its moment, until no row moves."""
    machine = cases.machine
    reserved = () if machine.reserve is None else (machine.reserve.state,)
    if not cases.has_rows_at((*machine.automatic, *reserved)):
        return
    steps = [step for step in find_automatic_steps(machine) if _can_pass_over(decisions, step).any()]
    ended = bool((decisions.ends <= find_span(at)[1]).any())
    origins = _find_origins(machine, steps, reserve=ended)
    while origins and len(rows) and cases.has_rows_at(origins) and cases.is_in(origins, rows).any():
        moved = _expire(cases, decisions, rows, at) if ended else np.zeros(len(rows), np.bool_)
        rest = ~moved
        for step in steps:
            before = rest & cases.is_in(step.origins, rows)
            if before.any():
                here = find_flagged(before)
                moved[here] = _pass_over(cases, decisions, step, rows[here], take_moments(at, here))
                rest[here] = False
        left = find_flagged(moved) if moved.any() else _NO_ROWS
        rows, at = rows[left], take_moments(at, left)


def _can_pass_over(decisions: Decisions, step: CompiledStep) -> Flags:
    """In which cohorts a step may pass over rows: after its gate is decided, and where it is held only by exemption."""
    if step.gate is None:
        return np.ones(decisions.size, np.bool_)
    is_decided: Flags = decisions.gate_decided_at[step.name] != NEVER
    return is_decided if step.exempt is not None else is_decided & ~decisions.held[step.name]


def make_all_automatic_moves(cases: Cases, decisions: Decisions, cohorts: Flags, at: Moment) -> None:
    """Make the automatic moves of all rows in these cohorts."""
    found = [
        cases.rows_at(step.origins, passable)
        for step in find_automatic_steps(cases.machine)
        if (passable := cohorts & _can_pass_over(decisions, step)).any()
    ]
    reserve = cases.machine.reserve
    if reserve is not None and (ended := cohorts & (decisions.ends <= at)).any():
        found.append(cases.rows_at(frozenset({reserve.state}), ended))
    if found:
        rows = found[0] if len(found) == 1 else np.unique(np.concatenate(found))
        make_automatic_moves(cases, decisions, rows, repeat_moment(at, rows))


def find_automatic_steps(machine: Machine) -> list[CompiledStep]:
    """The steps by which a case may move without an event."""
    return [step for step in machine.steps.values() if step.exempt is not None or step.gate is not None]


def _expire(cases: Cases, decisions: Decisions, rows: Rows, at: Moments) -> Flags:
    """Move the rows in a reserve that has ended to `expired`; the flags of the moved rows."""
    reserve = cases.machine.reserve
    if reserve is None:
        return np.zeros(len(rows), np.bool_)
    expires: Flags = cases.state[cases.as_index(rows)] == cases.codes[reserve.state]
    if expires.any():
        expires &= cases.entered[rows] >= decisions.ends[cases.cohort[rows]]
        if expires.any():
            expired = find_flagged(expires)
            cases.move(rows[expired], cases.codes[EXPIRED], take_moments(at, expired), None, None)
    return expires


def _pass_over(cases: Cases, decisions: Decisions, step: CompiledStep, rows: Rows, at: Moments) -> Flags:
    """Move the rows that a step passes over; the flags of the moved rows."""
    over = waits = np.zeros(len(rows), np.bool_)
    if step.gate is not None:
        cohort = cases.cohort[cases.as_index(rows)]
        waits = (decisions.gate_decided_at[step.name] == NEVER)[cohort]
        over = ~waits & ~decisions.held[step.name][cohort]
    exempt = np.zeros(len(rows), np.bool_)
    if step.exempt is not None and (undecided := ~(waits | over)).any():
        there = find_flagged(undecided)
        exempt[there] = exemption_values(step, cases, decisions, rows[there]) == Truth.TRUE
    for which, result in ((over, "not_held"), (exempt, "exempt")):
        if which.any():
            there = find_flagged(which)
            move_without_event(cases, step, rows[there], take_moments(at, there), step.to, result)
    return over | exempt


def move_without_event(cases: Cases, step: CompiledStep, rows: Rows, at: Moments, to: str, result: str) -> None:
    """Move rows by a step without its event; `result` is the name of the move."""
    cases.forget(step, rows)
    cases.move(rows, cases.codes[to], at, step, result)


@frozen(eq=False)
class DueMoves:
    """Rows with a due lapse or expiry: the moment of the first one, and the number of its step or _EXPIRY."""

    rows: Rows
    when: Moments
    which: NDArray[np.int16]


def advance(cases: Cases, decisions: Decisions, now: Moment, due: DueMoves) -> None:
    """Make every lapse and expiry that is due by `now`, and the moves that follow for the same rows."""
    while len(due.rows):
        rows, when, which = due.rows, due.when, due.which
        expired = which == _EXPIRY
        if expired.any():
            cases.move(rows[expired], cases.codes[EXPIRED], when[expired], None, None)
        for number, step in enumerate(cases.machine.steps.values()):
            lapsed = which == number
            if lapsed.any():
                assert step.lapses is not None
                move_without_event(cases, step, rows[lapsed], when[lapsed], step.lapses, "lapsed")
        make_automatic_moves(cases, decisions, rows[~expired], when[~expired])
        due = _find_due(cases, decisions, now, rows)


def find_due_moves(cases: Cases, decisions: Decisions, now: Moment, cohorts: Flags) -> DueMoves:
    """The lapses and expiries that are due by `now` in these cohorts."""
    return _find_due(cases, decisions, now, _find_rows(cases, decisions, now, cohorts))


def _find_rows(cases: Cases, decisions: Decisions, now: Moment, cohorts: Flags) -> Rows:
    """The rows in states from which a lapse or expiry may be due by `now`."""
    lapsing = [
        step
        for step in cases.machine.steps.values()
        if step.lapses is not None and step.enforced and (step.within is not None or (step.ends or now) <= now)
    ]
    return cases.rows_at(_find_origins(cases.machine, lapsing, reserve=bool((decisions.ends <= now).any())), cohorts)


def _find_origins(machine: Machine, steps: Iterable[CompiledStep], *, reserve: bool) -> frozenset[str]:
    """The states from which some steps are taken, and with `reserve` the state of the reserve."""
    states = frozenset(state for step in steps for state in step.origins)
    return states | {machine.reserve.state} if reserve and machine.reserve is not None else states


def _find_due(cases: Cases, decisions: Decisions, now: Moment, rows: Rows) -> DueMoves:
    """The first lapse or expiry that is due by `now` for each of these rows."""
    if not len(rows):
        return DueMoves(rows, np.zeros(0, np.int64), np.zeros(0, np.int16))
    end = np.full(len(rows), NEVER, np.int64)
    which = np.full(len(rows), _NONE, np.int16)
    reserve = cases.machine.reserve
    if reserve is not None and (decisions.ends <= now).any():
        ends = decisions.ends[cases.cohort[rows]]
        due = (cases.state[rows] == cases.codes[reserve.state]) & (ends <= now)
        end[due] = ends[due]
        which[due] = _EXPIRY
    # The earliest own end lapses; the reserve's comes first among equals, then the step whose name does.
    steps = sorted(enumerate(cases.machine.steps.values()), key=lambda each: each[1].name)
    for number, step in steps:
        if step.lapses is not None and step.enforced:
            here = np.flatnonzero(cases.is_in(step.origins, rows))
            own = cases.window_ends(step, rows[here])
            sooner = (own <= now) & (own < end[here])
            end[here[sooner]] = own[sooner]
            which[here[sooner]] = number
    for number, step in steps:
        if step.keeps is not None and len(cases.waiting_rows[step.name]):
            which[cases.is_waiting(step, rows)] = _NONE
        there = np.flatnonzero(which == number)
        which[there[~_may_lapse(cases, decisions, step, rows[there])]] = _NONE
    found = which != _NONE
    return DueMoves(rows[found], np.maximum(end, cases.entered[rows])[found], which[found])


def _may_lapse(cases: Cases, decisions: Decisions, step: CompiledStep, rows: Rows) -> Flags:
    """Which rows certainly had to take the step: the gate is decided, and the exemption is not unknown."""
    found = np.ones(len(rows), np.bool_)
    if step.gate is not None:
        found &= decisions.gate_decided_at[step.name][cases.cohort[rows]] != NEVER
    if step.exempt is not None and found.any():
        here = np.flatnonzero(found)
        found[here] = exemption_values(step, cases, decisions, rows[here]) != Truth.UNKNOWN
    return found
