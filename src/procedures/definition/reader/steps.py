"""Read one step of a definition: its window, guards, gate and cut, with the defaults of the language."""

from collections.abc import Iterator, Mapping

from attrs import define

from procedures.definition.model import Step, Window
from procedures.definition.reader.facts import decisive_facts
from procedures.definition.reader.fields import Fields, given_keys
from procedures.definition.reader.gates_and_cuts import GateAndCutReader
from procedures.kernel.names import INITIAL, REJECTED
from procedures.kernel.outcomes import Outcome
from rules.algebra import ALWAYS, Rule
from rules.facts import Fact
from rules.kinds import Flag, Number
from rules.nodes import Listing, Node, Scalar, Table, describe
from rules.reader import RuleReader
from rules.suggestions import did_you_mean


def read_window(fields: Fields, *, keys: tuple[str, ...] = ("opens", "until", "before", "on", "within")) -> Window:
    """The window at these keys; keys that exclude one another are reported."""
    place = next((fields.place(key) for key in keys if fields.get(key) is not None), None)
    window = Window(
        fields.local_time("opens"),
        fields.local_time("until"),
        fields.local_time("before"),
        fields.day("on") if "on" in keys else None,
        fields.duration("within") if "within" in keys else None,
        place,
    )
    ends = given_keys({key: fields.get(key) for key in keys if key in ("until", "before", "on")})
    if len(ends) > 1:
        both = " and ".join(f"`{key}`" for key in ends)
        fields.problems.add(f"{fields.subject} has {both}", fields.place(ends[1]), "one of them says when it ends")
    elif window.on and window.opens:
        fields.problems.add(f"{fields.subject} has `on` and `opens`", fields.place("opens"), "`on` is the whole day")
    return window


@define
class StepReader:
    """Reads steps with one set of facts, conditions and competencies."""

    rules: RuleReader
    facts: Mapping[str, Fact]
    states: Mapping[str, bool]
    competencies: frozenset[str]

    def read_step(self, name: str, node: Node, top: Fields) -> Step:
        fields = Fields.read(node, f"step `{name}`", "step", top.scope)
        records = self._own_facts(name, fields, "records")
        gates_and_cuts = GateAndCutReader(self.rules, self.facts)
        keeps = gates_and_cuts.read_cut(name, fields)
        to, otherwise = fields.name("to"), fields.name("otherwise") or REJECTED
        outcomes = self._outcomes(name, fields, records, to, otherwise, cuts=keeps is not None)
        # A state that could not be read is ""; the graph of the steps is then not checked.
        alternatives = [key for key in ("outcomes", "keeps") if fields.get(key) is not None]
        one_list = keeps is not None and keeps.takes[0].to == ""  # the best go to the `to` of the step
        if fields.is_missing("to") and (not alternatives or (one_list and "outcomes" not in alternatives)):
            fields.problems.add(f"{fields.subject} has no `to`", fields.table.place, "say where those go who pass")
        target = to or (keeps.takes[0].to if keeps and keeps.takes[0].to else outcomes[0].to if alternatives else "")
        exempt = fields.get("exempt")
        held = gates_and_cuts.read_gate(name, fields)
        window = read_window(fields)
        step = Step(
            name=name,
            origins=fields.names("from") or (INITIAL,),
            to=target,
            otherwise=otherwise,
            outcomes=outcomes,
            kind=fields.text("kind") or "other",
            label=fields.words("label"),
            sources=fields.citations(),
            records=records,
            exempt=self.rules.rule(exempt, name) if exempt is not None else None,
            held=held,
            keeps=keeps,
            window=window,
            lapses=self._lapses(fields, window),
            automatic=fields.flag("automatic"),
            in_order=fields.flag("in_order"),
            tentative=fields.flag("tentative"),
            slot=fields.duration("slot"),
            channel=fields.words("channel"),
            measures=self._measures(fields),
            notified=fields.local_time("notified"),
            closing=self._own_facts(name, fields, "closing"),
            place=top.table.get("steps").place_of(name),  # type: ignore[union-attr]  # it has this step
        )
        if fields.is_missing("to") and alternatives and (step.exempt is not None or step.held is not None):
            fields.problems.add(
                f"{fields.subject} passes some on without a result, and has no `to`",
                fields.table.place,
                "say where the exempt go, and those for whom the step is not held",
            )
        return step

    def _own_facts(self, name: str, fields: Fields, key: str) -> tuple[str, ...]:
        members = fields.get(key)
        if not isinstance(members, Table):
            return ()
        return tuple(full for member in members.entries if (full := f"{name}.{member}") in self.facts)

    def _lapses(self, fields: Fields, window: Window) -> str | None:
        lapses = fields.name("lapses")
        ends = any(fields.get(key) is not None for key in ("until", "before", "on", "within"))
        if ends and fields.is_missing("lapses"):
            fields.problems.add(
                f"{fields.subject} has a window that ends, and no `lapses`",
                window.place,
                "say where a case goes when the window has passed without a result; `stays` leaves it for a person",
            )
        elif lapses is not None and not ends:
            fields.problems.add(
                f"{fields.subject} lapses, but no window ends",
                fields.place("lapses"),
                "give it `until`, `on` or `within`",
            )
        return lapses

    def _measures(self, fields: Fields) -> tuple[str, ...]:
        return read_competencies(fields, "measures", self.competencies)

    # -- who passes ---------------------------------------------------------------------------------------------

    def _outcomes(
        self, name: str, fields: Fields, records: tuple[str, ...], to: str | None, otherwise: str, *, cuts: bool
    ) -> tuple[Outcome, ...]:
        written = fields.get("outcomes")
        if written is None:
            rule = self._passes(name, fields, records, cuts=cuts)
            passed = Outcome(rule, to or (otherwise if cuts else ""), passed=True)
            return (passed,) if rule == ALWAYS else (passed, Outcome(ALWAYS, otherwise, passed=False))
        for key in ("passes", "pass_mark", "otherwise", "keeps"):
            if fields.get(key) is not None:
                fields.problems.add(
                    f"{fields.subject} has `outcomes` and `{key}`", fields.place(key), "`outcomes` say where all go"
                )
        found = list(self._listed_outcomes(name, fields, written))
        return tuple(found) or (Outcome(ALWAYS, otherwise, passed=True),)

    def _listed_outcomes(self, name: str, fields: Fields, written: Node) -> Iterator[Outcome]:
        if not isinstance(written, Listing) or not written.items:
            value_text = "nothing" if isinstance(written, Listing) else describe(written)
            fields.problems.add(f"`outcomes` is a list of `when` and `to`, not {value_text}", written.place)
            return
        for number, item in enumerate(written.items, 1):
            outcome = Fields.read(item, f"outcome {number} of step `{name}`", "outcome", fields.scope)
            when, to = outcome.get("when"), outcome.name("to")
            last = number == len(written.items)
            if last and when is not None:
                fields.problems.add(
                    f"the last outcome of step `{name}` has a `when`, so that some go nowhere",
                    outcome.place("when"),
                    "add `- to: …` after it, for everybody else",
                )
            elif not last and outcome.is_missing("when"):
                fields.problems.add(
                    f"{outcome.subject} has no `when`", item.place, "only the last outcome is for everybody else"
                )
            rule = self.rules.rule(when, name) if when is not None else ALWAYS
            if to is not None:
                yield Outcome(rule, to, passed=not self.states.get(to, to == REJECTED))

    def _passes(self, name: str, fields: Fields, records: tuple[str, ...], *, cuts: bool) -> Rule:
        passes, mark = fields.get("passes"), fields.get("pass_mark")
        if passes is not None and mark is not None:
            fields.problems.add(f"{fields.subject} has `passes` and `pass_mark`", fields.place("pass_mark"), "keep one")
        if passes is not None:
            return self.rules.rule(passes, name)
        if mark is not None:
            return self._pass_mark(name, fields, mark)
        recorded = decisive_facts(dict(self.facts), records)
        flags = [fact for fact in recorded if isinstance(fact.kind, Flag)]
        if len(flags) == 1:
            return self.rules.rule(Table({flags[0].name: Scalar("true")}), name)
        if recorded and not cuts:
            names = " and ".join(f"`{fact.name.partition('.')[2]}`" for fact in recorded)
            fields.problems.add(
                f"{fields.subject} records {names} and does not say who passes",
                fields.table.place,
                "add `passes:`; it may be left out only where one flag is recorded, or nothing",
            )
        return ALWAYS

    def _pass_mark(self, name: str, fields: Fields, mark: Node) -> Rule:
        score = f"{name}.score"
        if score not in self.facts or not isinstance(self.facts[score].kind, Number):
            fields.problems.add(
                f"{fields.subject} has a `pass_mark` and records no number `score`",
                fields.place("pass_mark"),
                "add `records: {score: {kind: number, from: 0, to: 100}}`, or write `passes:`",
            )
            return ALWAYS
        at = fields.place("pass_mark")
        return self.rules.rule(Table({score: Table({"at_least": mark}, at)}, at), name)


def read_competencies(fields: Fields, key: str, known: frozenset[str]) -> tuple[str, ...]:
    """The competencies named at a key; an undescribed one is reported when the definition describes any."""
    for name, place in fields.names_with_places(key):
        if known and name not in known:
            help_ = did_you_mean(name, known) or "describe it under `competencies:`"
            fields.problems.add(f"unknown competency `{name}`", place, help_)
    return fields.names(key)
