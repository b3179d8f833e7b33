"""Worked cases: facts and events beside the outcome they must have, in words a selection officer can extend.

They are replayed by `run`; a case that ends otherwise is a problem at the line that says how it should end.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from attrs import field, frozen

from procedures.definition.documents import read_file
from procedures.definition.reader.fields import Fields, Scope
from procedures.errors import DefinitionError, UsageError
from procedures.kernel.cases import Event, Moved, Refused
from procedures.kernel.names import SELECTION_EVENTS
from procedures.kernel.refusals import REFUSALS
from procedures.procedure import Procedure, load
from procedures.selection import Selection
from procedures.worked_cases.expectations import MOST, ONLY, SPAN, Refusal, compare, entries, names
from rules.calendar import CalendarError, Moment, Written, parse_moment, quoted
from rules.evaluation import truth
from rules.facts import Known
from rules.kinds import FactError, Value
from rules.nodes import Listing, Node, Scalar, Table, describe
from rules.problems import Problem, Problems, did_you_mean

# What may stand at the keys of a case; the rest is read as the tables of the language say.
_SHAPES: Final[Mapping[str, tuple[type[Node], ...]]] = {
    "readings": (Table,),
    "events": (Listing,),
    "outcome": (Scalar, Table),
    "refused": (Listing,),
    "gates": (Table,),
    "kinds": (Table,),
    "facts": (Scalar, Table),
    "conditions": (Table,),
}
_CALLED: Final[Mapping[type[Node], str]] = {Scalar: "a name", Listing: "a list", Table: "a mapping"}
_EXPECTS: Final = ("outcome", "refused", "gates", "kinds", "expires", "conditions")
_TRUTHS: Final = ("true", "false", "unknown")


@frozen
class WorkedCases:
    """The cases of one file, with the procedure they are about."""

    path: Path
    procedure: Procedure
    cases: tuple[Fields, ...]
    people: Mapping[str, Mapping[str, Node]]
    by: str | None

    def __len__(self) -> int:
        return len(self.cases)


def read_cases(path: str | Path) -> WorkedCases:
    """The worked cases of a file; raises DefinitionError for what is wrong in it or in its definition."""
    path = Path(path)
    problems = Problems()
    root = read_file(path, problems)
    if root is None:
        raise DefinitionError(problems)
    file = Fields.of(root, "the file", "worked cases", Scope(problems))
    if file.unread:
        raise DefinitionError(problems)
    name = file.text("procedure") or path.name.removesuffix(".cases.yaml") + ".yaml"
    procedure = load(path.parent / name)
    scope = Scope(problems, frozenset(procedure.definition.sources))
    listed = file.get("cases")
    if listed is not None and not isinstance(listed, Listing):
        problems.add(f"`cases` is a list, not {describe(listed)}", listed.place)
    items = listed.items if isinstance(listed, Listing) else ()
    cases = tuple(Fields.of(item, "the case", "worked case", scope) for item in items)
    people = {name: node.entries for name, node in _people(file, problems)}
    for case in cases:
        _check_case(case)
    by = file.text("by")
    if problems:
        raise DefinitionError(problems)
    return WorkedCases(path, procedure, cases, people, by)


def _people(file: Fields, problems: Problems) -> Iterator[tuple[str, Table]]:
    node = file.get("people")
    if node is not None and not isinstance(node, Table):
        problems.add(f"`people` is a mapping of names to facts, not {describe(node)}", node.place)
    for name, facts in entries(node):
        if isinstance(facts, Table):
            yield name, facts
        else:
            problems.add(f"person {quoted(name)} is a mapping of facts, not {describe(facts)}", facts.place)


def _check_case(case: Fields) -> None:
    """Everything that is wrong with how a case is written, before it is replayed."""
    case.text("case")
    case.citations()
    for key, shapes in _SHAPES.items():
        node = case.get(key)
        if node is not None and not isinstance(node, shapes):
            called = " or ".join(_CALLED[shape] for shape in shapes)
            as_list = isinstance(node, Scalar) and shapes == (Listing,) and key == "refused"
            help_ = f"put it in brackets: `[{node.text}]`" if as_list and isinstance(node, Scalar) else None
            case.problems.add(f"`{key}` is {called}, not {describe(node)}", node.place, help_)
    if all(case.lacks(key) for key in _EXPECTS):
        case.problems.add("the case expects nothing", case.table.place, "add `outcome:`, `refused:` or `conditions:`")
    if case.get("conditions") is not None and case.get("events") is not None:
        case.problems.add(
            "the case has `conditions` and `events`", case.place("events"), "`conditions` are asked of `facts` alone"
        )
    for name, node in entries(case.get("gates")):
        if not isinstance(node, Table):
            case.problems.add(f"gate {quoted(name)} is `held` and `count`, not {describe(node)}", node.place)
    refused = case.get("refused")
    for item in refused.items if isinstance(refused, Listing) else ():
        code = item.text if isinstance(item, Scalar) else ""
        if code not in REFUSALS:
            case.problems.add(f"unknown code {describe(item)}", item.place, did_you_mean(code, REFUSALS))


def failures(worked: WorkedCases) -> tuple[Problem, ...]:
    """Every way in which a case ends otherwise than it says, in the order of the file; none where all hold."""
    problems = Problems()
    for case in worked.cases:
        _Replay.of(worked, _told_to(problems, case), problems)
    return tuple(problems)


@frozen
class Played:
    """A case that was played: the procedure under its readings, the selection and each answer, or facts alone.

    `known` and `conditions` are those of a case that asks conditions of facts; there is no selection then.
    """

    procedure: Procedure
    selection: Selection | None
    answers: tuple[Moved | Refused, ...] = ()
    known: Known = field(factory=dict)
    conditions: tuple[str, ...] = ()


def played(worked: WorkedCases) -> Iterator[Played]:
    """Every case as it goes, whatever it says of its end; those that cannot be played are left out."""
    for case in worked.cases:
        problems = Problems()
        if (each := _Replay.of(worked, _told_to(problems, case), problems)) is not None:
            yield each


def _told_to(problems: Problems, case: Fields) -> Fields:
    """The case, with what is wrong with it told to these problems."""
    return Fields.of(case.table, case.what, case.section, Scope(problems, case.scope.sources))


@frozen
class _Replay:
    """One case while it is replayed: `case` names it in messages."""

    worked: WorkedCases
    case: Fields
    problems: Problems

    @classmethod
    def of(cls, worked: WorkedCases, case: Fields, problems: Problems) -> Played | None:
        replay = cls(worked, case, problems)
        try:
            procedure = worked.procedure.with_readings(
                {
                    name: node.text if isinstance(node, Scalar) else describe(node)
                    for name, node in entries(case.get("readings"))
                }
            )
        except (UsageError, DefinitionError) as error:
            replay._fails(str(error).splitlines()[0], case.get("readings"))
            return None
        return replay._conditions(procedure) if case.get("conditions") is not None else replay._events(procedure)

    def _fails(self, sentence: str, at: Node | None, help_: str | None = None) -> None:
        title = self.case.text("case") or "a case"
        self.problems.add(f"{title}: {sentence}", at.place if at else self.case.table.place, help_)

    # -- a person's facts and what conditions say of them ---------------------------------------------------------

    def _conditions(self, procedure: Procedure) -> Played:
        facts = self._facts(self.case.get("facts"))
        known: dict[str, Value] = {}
        for name, raw in facts.items():
            try:
                known[name] = procedure.machine.declared.take(name, raw)
            except FactError as error:
                known_there = name in procedure.machine.declared.facts
                sentence = f"`{name}`: {error}" if known_there else str(error)
                self._fails(sentence, raw, error.help or did_you_mean(name, procedure.machine.declared_facts))
        for name, expected in entries(self.case.get("conditions")):
            rule = procedure.definition.conditions.get(name)
            if rule is None:
                hint = did_you_mean(name, procedure.definition.conditions)
                self._fails(f"unknown condition `{name}`", expected, hint)
            elif not isinstance(expected, Scalar) or expected.text not in _TRUTHS:
                self._fails(f"{describe(expected)} is not `true`, `false` or `unknown`", expected)
            elif truth(rule, known).word != expected.text:
                self._fails(f"`{name}` is {truth(rule, known).word}, not {expected.text}", expected)
        asked = tuple(name for name, _ in entries(self.case.get("conditions")))
        return Played(procedure, None, known=known, conditions=asked)

    # -- events and where they lead -------------------------------------------------------------------------------

    def _events(self, procedure: Procedure) -> Played | None:
        selection = Selection(procedure)
        answers: list[Moved | Refused] = []
        refused: list[Refusal] = []
        listed = self.case.get("events")
        told = len(self.problems.found)
        for item in listed.items if isinstance(listed, Listing) else ():
            for event in self._event(item, procedure):
                answers.append(answer := selection.take(event))
                if isinstance(answer, Refused):
                    refused.append(Refusal(answer, item))
        if len(self.problems.found) > told:  # without an event that could not be read the rest says nothing
            return None
        compare(self.case, selection, refused, self._fails)
        return Played(procedure, selection, tuple(answers))

    def _event(self, node: Node, procedure: Procedure) -> Iterator[Event]:
        fields = Fields.of(node, "the event", "worked event", Scope(self.problems))
        told = len(self.problems.found)
        name, at = fields.text("event"), self._moment(fields, procedure)
        facts, until, seed = self._facts(fields.get("facts")), fields.day("until"), fields.text("seed")
        by = fields.text("by") if "by" in fields.table.entries else self.worked.by
        why, step = fields.text("why"), fields.text("step")
        if name is None or at is None or len(self.problems.found) > told:
            return
        whom = (None,) if name in SELECTION_EVENTS else names(fields.get("candidate") or ONLY)
        for candidate in whom:
            if candidate is not None and SPAN.fullmatch(candidate):
                self._fails(
                    f"{quoted(candidate)} is no span of candidates",
                    fields.get("candidate"),
                    f"as in `c01..c16`, upwards, at most {MOST}",
                )
                return
            yield Event(name, at, candidate, facts, by, why, step, seed, until)

    def _moment(self, fields: Fields, procedure: Procedure) -> Moment | None:
        text = fields.text("at")
        if text is None:
            return None
        try:
            local = re.fullmatch(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?", text)
            return procedure.machine.zone.starts(Written.parse(text)) if local else parse_moment(text)
        except CalendarError as error:
            help_ = error.help if text[:4].isdigit() else "write a local time such as `2027-02-13 09:00`"
            self._fails(f"`at`: {error}", fields.get("at"), help_)
            return None

    def _facts(self, node: Node | None) -> dict[str, Node]:
        """The facts at a node: a mapping, the name of a person, or a person with some facts otherwise."""
        if isinstance(node, Scalar):
            return dict(self._person(node))
        if isinstance(node, Listing):
            self._fails("`facts` is a name or a mapping, not a list", node)
        facts = dict(entries(node))
        like = facts.pop("like", None)
        return {**self._person(like), **facts} if isinstance(like, Scalar) else facts

    def _person(self, node: Scalar) -> Mapping[str, Node]:
        if node.text not in self.worked.people:
            self._fails(f"unknown person `{node.text}`", node, did_you_mean(node.text, self.worked.people))
        return self.worked.people.get(node.text, {})
