"""The end of the reserve of a selection: counted from a closing or fixed beforehand, and extended by an event."""

from collections.abc import Mapping

from attrs import evolve

from procedures.kernel.cases import Case, Cohort, Event, Refused
from procedures.kernel.machine import Machine
from rules.calendar import CalendarError, Moment
from rules.evaluation import find, truth
from rules.truth import Truth
from rules.words import Words


def begin_reserve(machine: Machine, cohort: Cohort, at: Moment) -> Cohort:
    """The cohort with the reserve's last day set, if now every step that leads to the reserve is closed."""
    reserve = machine.reserve
    if reserve is None or cohort.last_day is not None or not set(reserve.feeders) <= cohort.closings.keys():
        return cohort
    last_day = reserve.last_day_from(machine.zone.day(at)) if reserve.valid else None
    return cohort if last_day is None else evolve(cohort, last_day=last_day, ends=machine.zone.day_end(last_day))


def initial_cohort(machine: Machine) -> Cohort:
    """The cohort before any event; the end of the reserve is set only where its last day is fixed."""
    last_day = machine.reserve.last_day if machine.reserve else None
    return Cohort() if last_day is None else Cohort(last_day=last_day, ends=machine.zone.day_end(last_day))


def reserve_kind(machine: Machine, case: Case, cohort: Cohort) -> str | None:
    """
    The kind of reserve of a case that is or was on it; None for other cases, and while it is not yet known.

    It is the first kind whose rule is TRUE with all before it FALSE: an unknown rule may still become the first.
    """
    kind = find_reserve_kind(machine, case, cohort)
    return kind if isinstance(kind, str) else None


def find_reserve_kind(machine: Machine, case: Case, cohort: Cohort) -> str | tuple[str, ...] | None:
    """The kind of reserve, the facts that are missing to know it, or None where the case has no kind."""
    reserve = machine.reserve
    if reserve is None or not any(move.to_state == reserve.state for move in case.path):
        return None
    known = cohort.known_facts(case.facts)
    for name, rule in reserve.kinds.items():
        match truth(rule, known):
            case Truth.TRUE:
                return name
            case Truth.UNKNOWN:
                return find(rule, known).missing
            case Truth.FALSE:
                continue
    return None


def extend(machine: Machine, cases: Mapping[str, Case], cohort: Cohort, event: Event) -> Cohort | Refused:
    """The cohort with a later end of the reserve; refused when the reserve has ended or the day is not later."""
    reserve, zone = machine.reserve, machine.zone
    if reserve is None or not reserve.extendable:
        return Refused(event, "unknown_event", {"name": "extend", "hint": ""})
    expired = any(move.kind == "expired" for case in cases.values() for move in case.path)
    if cohort.ends is not None and expired and event.at < cohort.ends:
        return Refused(event, "out_of_order", {"at": zone.clock(event.at), "last": zone.clock(cohort.ends)})
    if cohort.latest is not None and event.at < cohort.latest[1]:
        return Refused(event, "out_of_order", {"at": zone.clock(event.at), "last": zone.clock(cohort.latest[1])})
    if cohort.last_day is None or cohort.ends is None:
        waits_for = tuple(name for name in reserve.feeders if name not in cohort.closings)
        return Refused(
            event, "wrong_state", {"state": reserve.state, "possible": tuple(f"close {n}" for n in waits_for)}
        )
    if event.at >= cohort.ends:
        return Refused(event, "too_late", {"ends": f"{cohort.last_day}", "at": zone.clock(event.at), "help": Words()})
    if event.until is None or event.until <= cohort.last_day:
        reason = Words(
            f"een verlenging gaat tot een latere dag dan {cohort.last_day}",
            f"an extension leads to a later day than {cohort.last_day}",
        )
        return Refused(event, "invalid_fact", {"fact": "until", "reason": reason})
    try:
        ends = zone.day_end(event.until)
        return evolve(cohort, last_day=event.until, ends=ends, latest=("extend", event.at))
    except CalendarError as error:
        return Refused(event, "invalid_fact", {"fact": "until", "reason": f"`until`: {error}"})
