"""The result of a selection as plain data: the `--json` of `run`."""

from collections.abc import Iterable

from procedures.kernel.cases import Case, Move, Refused
from procedures.kernel.machine import Machine
from procedures.selection import Selection
from rules.words import Language

PlainReport = dict[str, object]


def report(selection: Selection, refused: Iterable[tuple[int, Refused]], language: Language = "en") -> PlainReport:
    """The state and history of each candidate, the decisions of the gates, and the refused events with their lines."""
    machine = selection.machine
    show = machine.zone.show
    return {
        "procedure": machine.name,
        "digest": machine.digest,
        "readings": dict(machine.readings),
        "candidates": {name: _case(selection, selection[name]) for name in selection},
        "gates": {
            name: {"held": gate.held, "count": gate.count, "decided_at": show(gate.at)}
            for name, gate in selection.gates.items()
        },
        "refused": [_refused(line, answer, language) for line, answer in refused],
    }


def _case(selection: Selection, case: Case) -> PlainReport:
    machine = selection.machine
    on_reserve = machine.reserve is not None and case.state == machine.reserve.state
    return {
        "state": case.state,
        "kind": selection.kind(case),
        "history": [move_data(machine, move) for move in case.history],
        "facts": selection.facts(case.candidate),
        "expires": selection.expires.isoformat() if on_reserve and selection.expires else None,
    }


def move_data(machine: Machine, move: Move) -> PlainReport:
    """One entry of a history."""
    data: PlainReport = {
        "event": move.event,
        "kind": move.kind,
        "at": machine.zone.show(move.at),
        "from": move.from_state,
        "to": move.to_state,
        "by": move.by,
    }
    if move.facts:
        data["facts"] = machine.declared.decode(move.facts)
    if move.why is not None:
        data["why"] = move.why
    if move.differs:
        data["differs"] = list(move.differs)
    return data


def _refused(line: int, refused: Refused, language: Language) -> PlainReport:
    event = refused.event
    return {
        "line": line,
        "candidate": event.candidate,
        "event": event.name,
        **({"step": event.step} if event.step is not None else {}),
        "code": refused.code,
        "missing": list(refused.missing),
        "message": refused.message(language),
    }
