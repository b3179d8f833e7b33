"""Nodes to a Definition: every key read as the tables of the language say, every problem with its position."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import Final

from attrs import define

from procedures.definition.language import DEFAULT_ZONE
from procedures.definition.model import Competency, Definition, Position, Reading, Reserve, Source, State, Step, Window
from procedures.definition.reader.facts import read_facts, read_scores, written_facts
from procedures.definition.reader.fields import Fields, Memo, Scope, mended, named_members
from procedures.definition.reader.steps import StepReader, known_competencies, ranking_facts, read_window
from procedures.definition.state_graph import in_path_order
from procedures.kernel.guards import Wanted
from procedures.kernel.names import INITIAL, REJECTED
from rules.algebra import ALWAYS, Rule
from rules.calendar import CalendarError, Duration, Zone
from rules.facts import Declared
from rules.kinds import Date, FactError
from rules.nodes import Listing, Node, Scalar, Table, describe
from rules.problems import Problems, did_you_mean
from rules.reader import ConditionSource, RuleReader
from rules.seniority import read_pay
from rules.words import LANGUAGES, Words

# What a reading cannot change: they tell which file this is, and what is left open in it.
_FIXED: Final = ("procedure", "extends", "template", "readings")


def read_definition(root: Table, problems: Problems, memo: Memo | None = None) -> Definition:
    """The definition at `root`; what could not be read is told in `problems` and left harmless.

    Definitions that differ in few nodes are read faster with one `memo` for all of them.
    """
    memo = {} if memo is None else memo
    sources = dict(_sources(root, problems))
    scope = Scope(problems, frozenset(sources), memo)
    top = Fields.of(root, "the definition", "definition", scope)
    facts = read_facts(top)
    written = written_facts(top)
    declared = read_scores(top, facts, written - facts.keys())
    applications, apply, references = _windows(top)
    rules = _Rules(declared, problems, dict(_conditions(top, facts, declared)), references)
    rules.unread = _unread(top, rules, written)
    conditions = {name: rules.named(name) for name in rules.conditions}
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
class _Rules(RuleReader):
    """A reader that passes over names whose own declaration is wrong: that was told where they are declared."""

    unread: frozenset[str] = frozenset()

    def rule(self, node: Node, inside: str | None = None) -> Rule:
        if not self.unread:
            return super().rule(node, inside)
        names = tuple(node.entries) if isinstance(node, Table) else (node.text,) if isinstance(node, Scalar) else ()
        if len(names) == 1 and not self.unread.isdisjoint((names[0], f"{inside}.{names[0]}")):
            return ALWAYS
        return super().rule(node, inside)


def _unread(top: Fields, rules: RuleReader, facts: frozenset[str]) -> frozenset[str]:
    """The names that the author declares and that came to nothing."""
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
    node = mended(root, "definition").get("sources")
    if node is None or (isinstance(node, Scalar) and node.is_null):
        return
    for name, member in named_members(node, "`sources`", "source", problems):
        fields = Fields.of(member, f"source `{name}`", "source", Scope(problems))
        yield name, Source(name, fields.text("document") or "", fields.words("title"), fields.text("url"))


def _conditions(top: Fields, facts: Mapping[str, object], declared: Declared) -> Iterator[tuple[str, ConditionSource]]:
    steps = {name for name, _ in _entries(top.get("steps"))}
    for name, node in top.members("conditions", "condition"):
        if name in facts or name in declared.scores:
            other = "score" if name in declared.scores else "step" if name in steps else "fact"
            top.problems.add(f"`{name}` is both a {other} and a condition", node.place, "rename one of them")
        fields = Fields.of(node, f"condition `{name}`", "condition", top.scope)
        yield name, ConditionSource(fields.get("rule"), fields.words("label"), fields.citations(), node.place)


def _windows(top: Fields) -> tuple[Window, Fields | None, dict[str, date]]:
    """The window for applying, and the days that `as_of` may name."""
    references: dict[str, date] = {}
    node = top.get("applications")
    fields = Fields.of(node, "`applications`", "applications", top.scope) if node is not None else None
    window = read_window(fields, keys=("opens", "until", "before")) if fields else Window()
    for key, written in (("opens", window.opens), ("until", window.until)):
        if written:
            references[f"applications.{key}"] = written.at.date()
    for name, step in top.members("steps", "step"):
        for key in ("on", "opens", "until"):
            day = mended(step, "step").get(key) if isinstance(step, Table) else None
            if isinstance(day, Scalar):
                try:  # a day that cannot be read is told where the step is read
                    references[f"{name}.{key}"] = date.fromordinal(int(Date().take(Scalar(day.text[:10]))))
                except FactError:
                    continue
    return window, fields, references


def _states(top: Fields) -> Iterator[tuple[str, State]]:
    for name, node in top.members("states", "state"):
        fields = Fields.of(node, f"state `{name}`", "state", top.scope)
        final = fields.flag("final") if fields.get("final") is not None else None
        given = fields.get("unsuccessful") is not None
        unsuccessful = fields.flag("unsuccessful") if given else name == REJECTED
        yield name, State(name, fields.words("label"), final, unsuccessful, node.place)


def _competencies(top: Fields) -> Iterator[tuple[str, Competency]]:
    for name, node in top.members("competencies", "competency"):
        yield name, top.scope.once("competency", node, partial(_competency, name, top.scope))


def _competency(name: str, scope: Scope, node: Node) -> Competency:
    fields = Fields.of(node, f"competency `{name}`", "competency", scope)
    return Competency(name, fields.words("label"), fields.words("meaning"), fields.citations())


def _steps(
    top: Fields, rules: RuleReader, states: Mapping[str, State], competencies: frozenset[str]
) -> tuple[Step, ...]:
    unsuccessful = {name: state.unsuccessful for name, state in states.items()}
    reader = StepReader(rules, rules.declared.facts, unsuccessful, competencies)
    # A step that a patch adds stands last in the merged file, and belongs where its road passes.
    return in_path_order((reader.step(name, node, top) for name, node in top.members("steps", "step")), INITIAL)


def _position(top: Fields, declared: Declared, competencies: frozenset[str]) -> Position | None:
    node = top.get("position")
    if node is None:
        return None
    fields = Fields.of(node, "`position`", "position", top.scope)
    pay = fields.get("pay")
    if pay is not None and not isinstance(pay, Table):
        fields.problems.add(f"`pay` is a mapping, not {describe(pay)}", pay.place)
    return Position(
        fields.text("grade"),
        fields.words("contract"),
        fields.words("hours"),
        known_competencies(fields, "competencies", competencies),
        read_pay(pay, declared, top.problems, top.scope.cite) if isinstance(pay, Table) else None,
        fields.citations(),
    )


def _reserve(top: Fields, rules: RuleReader) -> Reserve | None:
    node = top.get("reserve")
    if node is None:
        return None
    fields = Fields.of(node, "`reserve`", "reserve", top.scope)
    kinds = {name: rules.rule(rule) for name, rule in fields.members("kinds", "kind of reserve")}
    ranked: tuple[str, ...] = ()
    if (by := fields.get("ranked")) is not None:
        ranking = Fields.of(by, "`ranked`", "ranked", top.scope)
        ranked = ranking_facts(ranking, rules)
    valid = _validity(fields)
    return Reserve(
        fields.name("state") or "",
        fields.words("label"),
        kinds,
        ranked,
        valid,
        # One without an end cannot be extended; where the end could not be read, that was told.
        fields.flag("extendable") and (valid is not None or fields.lacks("valid")),
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


def _properties(top: Fields, rules: RuleReader) -> Iterator[tuple[str, Wanted]]:
    """What the author wants proved."""
    for name, node in top.members("properties", "property"):
        fields = Fields.of(node, f"property `{name}`", "property", top.scope)
        asked = [key for key in ("never", "always", "before") if fields.is_given(key)]
        if len(asked) != 1:
            told = "asks for nothing" if not asked else f"has `{'` and `'.join(asked)}`"
            fields.problems.add(f"property `{name}` {told}", node.place, "write one of `never`, `always` and `before`")
            continue
        never, always = fields.get("never"), fields.get("always")
        yield (
            name,
            Wanted(
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


def read_readings(top: Fields) -> Iterator[tuple[str, Reading]]:
    """The readings, each with its options as patches."""
    for name, node in top.members("readings", "reading"):
        yield name, top.scope.once("reading", node, partial(_reading, name, top.scope))


def _reading(name: str, scope: Scope, node: Node) -> Reading:
    fields = Fields.of(node, f"reading `{name}`", "reading", scope)
    options: dict[str, Node] = {}
    for option, patch in fields.members("options", "option"):
        options[option] = patch
        if not isinstance(patch, Table):
            fields.problems.add(
                f"option `{option}` of reading `{name}` is a patch, not {describe(patch)}",
                patch.place,
                "write `{}` for what the definition already says",
            )
            continue
        for key in _FIXED:
            if key in patch.entries:
                fields.problems.add(
                    f"an option cannot change `{key}`, as option `{option}` of reading `{name}` does",
                    patch.place_of(key),
                )
    chosen = fields.name("chosen") or ""
    if chosen and chosen not in options:
        at = fields.get("chosen")
        fields.problems.add(
            f"reading `{name}` has no option `{chosen}`", at.place if at else None, did_you_mean(chosen, options)
        )
    return Reading(name, fields.words("question"), chosen, options, fields.citations(), node.place)


def chosen_patches(root: Table, options: Mapping[str, str]) -> Iterator[tuple[str, Node]]:
    """The patch of each reading's chosen option, or of the option named in `options` instead."""
    readings = root.get("readings")
    for name, node in readings if isinstance(readings, Table) else ():
        chosen, patches = (node.get("chosen"), node.get("options")) if isinstance(node, Table) else (None, None)
        option = options.get(name, chosen.text if isinstance(chosen, Scalar) else "")
        patch = patches.get(option) if isinstance(patches, Table) else None
        if patch is not None:
            yield name, patch
