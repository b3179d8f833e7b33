"""Replay worked cases; a case with another end is a problem at the line that states the expected end."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from attrs import field, frozen

from procedures.definition.reader.fields import Fields
from procedures.definition.reader.scope import Scope
from procedures.errors import DefinitionError, UsageError
from procedures.kernel.cases import Event, Moved, Refused
from procedures.kernel.names import SELECTION_EVENTS
from procedures.procedure import Procedure
from procedures.selection import Selection
from procedures.worked_cases.expectations import (
    DEFAULT_CANDIDATE,
    MAX_SPAN,
    RefusedEvent,
    candidate_names,
    compare,
    entries,
    looks_like_span,
)
from procedures.worked_cases.reader import WorkedCases
from rules.calendar import CalendarError, Moment, WrittenTime, parse_moment, quote
from rules.evaluation import truth
from rules.facts import Known
from rules.kinds import FactError, Value
from rules.nodes import Listing, Node, Scalar, describe
from rules.problems import Problem, Problems
from rules.suggestions import did_you_mean
from rules.time_notation import time_help

_TRUTHS: Final = ("true", "false", "unknown")


def find_failures(worked: WorkedCases) -> tuple[Problem, ...]:
    """Every difference between the end of a case and its expected end, in the order of the file."""
    problems = Problems()
    for case in worked.cases:
        _CaseReplay.run(worked, _with_problems(problems, case), problems)
    return tuple(problems)


@frozen
class ReplayedCase:
    """A replayed case: the procedure under the readings of the case, the selection and the answer to each event.

    A case that evaluates conditions on facts has `known` and `conditions`, and no selection.
    """

    procedure: Procedure
    selection: Selection | None
    answers: tuple[Moved | Refused, ...] = ()
    known: Known = field(factory=dict)
    conditions: tuple[str, ...] = ()


def replay_cases(worked: WorkedCases) -> Iterator[ReplayedCase]:
    """Every replayed case, whatever its expected end; cases that cannot be replayed are left out."""
    for case in worked.cases:
        problems = Problems()
        if (each := _CaseReplay.run(worked, _with_problems(problems, case), problems)) is not None:
            yield each


def _with_problems(problems: Problems, case: Fields) -> Fields:
    """The same case, reporting its problems to `problems`."""
    return Fields.read(case.table, case.subject, case.section, Scope(problems, case.scope.sources))


@frozen
class _CaseReplay:
    """Replays one case; its key `case` names it in messages."""

    worked: WorkedCases
    case: Fields
    problems: Problems

    @classmethod
    def run(cls, worked: WorkedCases, case: Fields, problems: Problems) -> ReplayedCase | None:
        replay = cls(worked, case, problems)
        try:
            procedure = worked.procedure.with_readings(
                {
                    name: node.text if isinstance(node, Scalar) else describe(node)
                    for name, node in entries(case.get("readings"))
                }
            )
        except (UsageError, DefinitionError) as error:
            replay._report(str(error).splitlines()[0], case.get("readings"))
            return None
        return (
            replay._replay_conditions(procedure)
            if case.get("conditions") is not None
            else replay._replay_events(procedure)
        )

    def _report(self, sentence: str, at: Node | None, help_: str | None = None) -> None:
        title = self.case.text("case") or "a case"
        self.problems.add(f"{title}: {sentence}", at.place if at else self.case.table.place, help_)

    # -- conditions on the facts of one person ---------------------------------------------------------

    def _replay_conditions(self, procedure: Procedure) -> ReplayedCase:
        facts = self._read_facts(self.case.get("facts"))
        known: dict[str, Value] = {}
        for name, raw in facts.items():
            try:
                known[name] = procedure.machine.declared.encode(name, raw)
            except FactError as error:
                known_there = name in procedure.machine.declared.facts
                sentence = f"`{name}`: {error}" if known_there else str(error)
                self._report(sentence, raw, error.help or did_you_mean(name, procedure.machine.declared_facts))
        for name, expected in entries(self.case.get("conditions")):
            rule = procedure.definition.conditions.get(name)
            if rule is None:
                hint = did_you_mean(name, procedure.definition.conditions)
                self._report(f"unknown condition `{name}`", expected, hint)
            elif not isinstance(expected, Scalar) or expected.text not in _TRUTHS:
                self._report(f"{describe(expected)} is not `true`, `false` or `unknown`", expected)
            elif truth(rule, known).word != expected.text:
                self._report(f"`{name}` is {truth(rule, known).word}, not {expected.text}", expected)
        condition_names = tuple(name for name, _ in entries(self.case.get("conditions")))
        return ReplayedCase(procedure, None, known=known, conditions=condition_names)

    # -- events -------------------------------------------------------------------------------

    def _replay_events(self, procedure: Procedure) -> ReplayedCase | None:
        selection = Selection(procedure)
        answers: list[Moved | Refused] = []
        refused: list[RefusedEvent] = []
        listed = self.case.get("events")
        problems_before = len(self.problems.entries)
        for item in listed.items if isinstance(listed, Listing) else ():
            for event in self._read_events(item, procedure):
                answers.append(answer := selection.handle(event))
                if isinstance(answer, Refused):
                    refused.append(RefusedEvent(answer, item))
        if (
            len(self.problems.entries) > problems_before
        ):  # an event could not be read: the end of the case means nothing
            return None
        compare(self.case, selection, refused, self._report)
        return ReplayedCase(procedure, selection, tuple(answers))

    def _read_events(self, node: Node, procedure: Procedure) -> Iterator[Event]:
        fields = Fields.read(node, "the event", "worked event", Scope(self.problems))
        problems_before = len(self.problems.entries)
        name, at = fields.text("event"), self._read_moment(fields, procedure)
        facts, until, seed = self._read_facts(fields.get("facts")), fields.day("until"), fields.text("seed")
        by = fields.text("by") if "by" in fields.table.entries else self.worked.by
        why, step = fields.text("why"), fields.text("step")
        if name is None or at is None or len(self.problems.entries) > problems_before:
            return
        candidates = (
            (None,)
            if name in SELECTION_EVENTS or (name == "reopen" and step is not None)
            else candidate_names(fields.get("candidate") or DEFAULT_CANDIDATE)
        )
        for candidate in candidates:
            if candidate is not None and looks_like_span(candidate):
                self._report(
                    f"{quote(candidate)} is no span of candidates",
                    fields.get("candidate"),
                    f"as in `c01..c16`, upwards, at most {MAX_SPAN}",
                )
                return
            yield Event(name, at, candidate, facts, by, why, step, seed, until)

    def _read_moment(self, fields: Fields, procedure: Procedure) -> Moment | None:
        text = fields.text("at")
        if text is None:
            return None
        try:
            local = re.fullmatch(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?", text)
            return procedure.machine.zone.start_of(WrittenTime.parse(text)) if local else parse_moment(text)
        except CalendarError as error:
            words = time_help(text, offset_allowed=True)
            help_ = error.help if text[:4].isdigit() else "write a local time such as `2027-02-13 09:00`"
            self._report(f"`at`: {error}", fields.get("at"), words.en if words else help_)
            return None

    def _read_facts(self, node: Node | None) -> dict[str, Node]:
        """The facts at a node: a mapping, the name of a person, or a person with some facts replaced."""
        if isinstance(node, Scalar):
            return dict(self._find_person(node))
        if isinstance(node, Listing):
            self._report("`facts` is a name or a mapping, not a list", node)
        facts = dict(entries(node))
        like = facts.pop("like", None)
        return {**self._find_person(like), **facts} if isinstance(like, Scalar) else facts

    def _find_person(self, node: Scalar) -> Mapping[str, Node]:
        if node.text not in self.worked.people:
            self._report(f"unknown person `{node.text}`", node, did_you_mean(node.text, self.worked.people))
        return self.worked.people.get(node.text, {})
