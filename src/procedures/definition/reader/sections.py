"""Read the nodes of a file into a Definition; every problem has its position."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial

from attrs import define

from procedures.definition.language import DEFAULT_ZONE
from procedures.definition.model import Competency, Definition, Position, Reserve, Source, State, Step, Window
from procedures.definition.reader.facts import declared_fact_names, read_facts
from procedures.definition.reader.fields import Fields, correct_keys, named_members
from procedures.definition.reader.gates_and_cuts import read_ranking
from procedures.definition.reader.readings import read_readings
from procedures.definition.reader.scope import Memo, Scope
from procedures.definition.reader.scores import read_scores
from procedures.definition.reader.steps import StepReader, read_competencies, read_window
from procedures.definition.state_graph import sort_by_path
from procedures.kernel.names import INITIAL, REJECTED
from procedures.kernel.outcomes import Property
from rules.algebra import ALWAYS, Rule
from rules.calendar import CalendarError, Duration, Zone
from rules.facts import Declared
from rules.kinds import Date, FactError
from rules.nodes import Listing, Node, Scalar, Table, describe
from rules.problems import Problems
from rules.reader import ConditionSource, RuleReader
from rules.seniority import read_pay
from rules.words import LANGUAGES, Words


def read_definition(root: Table, problems: Problems, memo: Memo | None = None) -> Definition:
    """The definition at `root`; unreadable parts are reported in `problems` and get harmless values.

    Definitions that differ in few nodes are read faster when they share one `memo`.
    """
    memo = {} if memo is None else memo
    sources = dict(_sources(root, problems))
    scope = Scope(problems, frozenset(sources), memo)
    top = Fields.read(root, "the definition", "definition", scope)
    facts = read_facts(top)
    written = declared_fact_names(top)
    declared = read_scores(top, facts, written - facts.keys())
    applications, apply, references = _windows(top)
    rules = _LenientRuleReader(declared, problems, dict(_conditions(top, facts, declared)), references)
    rules.unreadable = _unreadable_names(top, rules, written)
    conditions = {name: rules.condition(name) for name in rules.conditions}
    states = dict(_states(top))
    competencies = dict(_competencies(top))
    steps = _steps(top, rules, states, frozenset(competencies))
    _languages(top)
    return Definition(
        name=top.text("procedure") or "",
        title=top.words("title"),
        zone=_zone(top),
        declared=declared,
        version=top.integer("version", least=1) or 1,
        organisation=top.words("organisation"),
        template=top.flag("template"),
        sources=sources,
        position=_position(top, declared, frozenset(competencies)),
        competencies=competencies,
        applications=applications,
        application_channel=apply.words("channel") if apply else Words(),
        application_sources=apply.citations() if apply else (),
        conditions=conditions,
        states=states,
        steps=steps,
        reserve=_reserve(top, rules),
        readings=dict(read_readings(top)),
        properties=dict(_properties(top, rules)),
        place=root.place,
    )


@define
class _LenientRuleReader(RuleReader):
    """A rule reader that accepts names with a wrong declaration, because the declaration is already reported."""

    unreadable: frozenset[str] = frozenset()

    def rule(self, node: Node, inside: str | None = None) -> Rule:
        if not self.unreadable:
            return super().rule(node, inside)
        names = tuple(node.entries) if isinstance(node, Table) else (node.text,) if isinstance(node, Scalar) else ()
        if len(names) == 1 and not self.unreadable.isdisjoint((names[0], f"{inside}.{names[0]}")):
            return ALWAYS
        return super().rule(node, inside)


def _unreadable_names(top: Fields, rules: RuleReader, facts: frozenset[str]) -> frozenset[str]:
    """The names that the author declares and that could not be read."""
    written = facts | {name for key in ("scores", "conditions") for name, _ in _entries(top.get(key))}
    return frozenset(written - rules.declared.facts.keys() - rules.declared.scores.keys() - rules.conditions.keys())


def _entries(node: Node | None) -> Iterator[tuple[str, Node]]:
    if isinstance(node, Table):
        yield from node


def _zone(top: Fields) -> Zone:
    name = top.text("timezone") or DEFAULT_ZONE
    try:
        return Zone(name)
    except CalendarError as error:
        node = top.get("timezone")
        top.problems.add(str(error), node.place if node else None, error.help)
        return Zone("UTC")


def _languages(top: Fields) -> None:
    node = top.get("languages")
    for item in node.items if isinstance(node, Listing) else ():
        if not isinstance(item, Scalar) or item.text not in LANGUAGES:
            top.problems.add(f"{describe(item)} is no language of the library", item.place, "write `nl` or `en`")
    if node is not None and not isinstance(node, Listing):
        top.problems.add(f"`languages` is a list, not {describe(node)}", node.place, "as in `[nl, en]`")


def _sources(root: Table, problems: Problems) -> Iterator[tuple[str, Source]]:
    node = correct_keys(root, "definition").get("sources")
    if node is None or (isinstance(node, Scalar) and node.is_null):
        return
    for name, member in named_members(node, "`sources`", "source", problems):
        fields = Fields.read(member, f"source `{name}`", "source", Scope(problems))
        yield name, Source(name, fields.text("document") or "", fields.words("title"), fields.text("url"))


def _conditions(top: Fields, facts: Mapping[str, object], declared: Declared) -> Iterator[tuple[str, ConditionSource]]:
    steps = {name for name, _ in _entries(top.get("steps"))}
    for name, node in top.members("conditions", "condition"):
        if name in facts or name in declared.scores:
            other = "score" if name in declared.scores else "step" if name in steps else "fact"
            top.problems.add(f"`{name}` is both a {other} and a condition", node.place, "rename one of them")
        fields = Fields.read(node, f"condition `{name}`", "condition", top.scope)
        yield name, ConditionSource(fields.get("rule"), fields.words("label"), fields.citations(), node.place)


def _windows(top: Fields) -> tuple[Window, Fields | None, dict[str, date]]:
    """The window for applying, and the days that `as_of` may name."""
    references: dict[str, date] = {}
    node = top.get("applications")
    fields = Fields.read(node, "`applications`", "applications", top.scope) if node is not None else None
    window = read_window(fields, keys=("opens", "until", "before")) if fields else Window()
    for key, written in (("opens", window.opens), ("until", window.until)):
        if written:
            references[f"applications.{key}"] = written.at.date()
    for name, step in top.members("steps", "step"):
        for key in ("on", "opens", "until"):
            day = correct_keys(step, "step").get(key) if isinstance(step, Table) else None
            if isinstance(day, Scalar):
                try:  # an unreadable day is reported when the step is read
                    references[f"{name}.{key}"] = date.fromordinal(int(Date().encode(Scalar(day.text[:10]))))
                except FactError:
                    continue
    return window, fields, references


def _states(top: Fields) -> Iterator[tuple[str, State]]:
    for name, node in top.members("states", "state"):
        fields = Fields.read(node, f"state `{name}`", "state", top.scope)
        final = fields.flag("final") if fields.get("final") is not None else None
        given = fields.get("unsuccessful") is not None
        unsuccessful = fields.flag("unsuccessful") if given else name == REJECTED
        yield name, State(name, fields.words("label"), final, unsuccessful, node.place)


def _competencies(top: Fields) -> Iterator[tuple[str, Competency]]:
    for name, node in top.members("competencies", "competency"):
        yield name, top.scope.memoize("competency", node, partial(_competency, name, top.scope))


def _competency(name: str, scope: Scope, node: Node) -> Competency:
    fields = Fields.read(node, f"competency `{name}`", "competency", scope)
    return Competency(name, fields.words("label"), fields.words("meaning"), fields.citations())


def _steps(
    top: Fields, rules: RuleReader, states: Mapping[str, State], competencies: frozenset[str]
) -> tuple[Step, ...]:
    unsuccessful = {name: state.unsuccessful for name, state in states.items()}
    reader = StepReader(rules, rules.declared.facts, unsuccessful, competencies)
    # A step that a patch adds is last in the merged file; its position follows from the path of the steps.
    return sort_by_path((reader.read_step(name, node, top) for name, node in top.members("steps", "step")), INITIAL)


def _position(top: Fields, declared: Declared, competencies: frozenset[str]) -> Position | None:
    node = top.get("position")
    if node is None:
        return None
    fields = Fields.read(node, "`position`", "position", top.scope)
    pay = fields.get("pay")
    if pay is not None and not isinstance(pay, Table):
        fields.problems.add(f"`pay` is a mapping, not {describe(pay)}", pay.place)
    return Position(
        fields.text("grade"),
        fields.words("contract"),
        fields.words("hours"),
        read_competencies(fields, "competencies", competencies),
        read_pay(pay, declared, top.problems, top.scope.read_citations) if isinstance(pay, Table) else None,
        fields.citations(),
    )


def _reserve(top: Fields, rules: RuleReader) -> Reserve | None:
    node = top.get("reserve")
    if node is None:
        return None
    fields = Fields.read(node, "`reserve`", "reserve", top.scope)
    kinds = {name: rules.rule(rule) for name, rule in fields.members("kinds", "kind of reserve")}
    ranked: tuple[str, ...] = ()
    if (by := fields.get("ranked")) is not None:
        ranking = Fields.read(by, "`ranked`", "ranked", top.scope)
        ranked = read_ranking(ranking, rules)
    valid = _validity(fields)
    return Reserve(
        fields.name("state") or "",
        fields.words("label"),
        kinds,
        ranked,
        valid,
        # A reserve without an end cannot be extended; an unreadable end is already reported.
        fields.flag("extendable") and (valid is not None or fields.is_missing("valid")),
        fields.citations(),
        node.place,
    )


def _validity(fields: Fields) -> Duration | date | None:
    node = fields.get("valid")
    if not isinstance(node, Scalar):
        return fields.duration("valid")
    if node.text[:4].isdigit() and node.text[4:5] == "-":
        return fields.day("valid")
    duration = fields.duration("valid")
    if duration and duration.family == "minutes":
        fields.problems.add(
            f"a reserve is valid for days or months, not {describe(node)}", node.place, "as in `2 years`, or a last day"
        )
        return None
    return duration


def _properties(top: Fields, rules: RuleReader) -> Iterator[tuple[str, Property]]:
    """The properties that the author wants proved."""
    for name, node in top.members("properties", "property"):
        fields = Fields.read(node, f"property `{name}`", "property", top.scope)
        given_keys = [key for key in ("never", "always", "before") if fields.is_given(key)]
        if len(given_keys) != 1:
            told = "asks for nothing" if not given_keys else f"has `{'` and `'.join(given_keys)}`"
            fields.problems.add(f"property `{name}` {told}", node.place, "write one of `never`, `always` and `before`")
            continue
        never, always = fields.get("never"), fields.get("always")
        yield (
            name,
            Property(
                name,
                fields.names("in"),
                rules.rule(never) if never is not None else None,
                rules.rule(always) if always is not None else None,
                fields.name("before"),
                fields.words("label"),
                fields.citations(),
                node.place,
            ),
        )
