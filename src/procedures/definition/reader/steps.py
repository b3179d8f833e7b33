"""One step of a definition: its window, its guards, its gate and its cut, with the defaults of the language."""

from collections.abc import Iterator, Mapping
from typing import Final, cast

from attrs import define

from procedures.definition.language import SECTIONS, TIES
from procedures.definition.model import Step, Window
from procedures.definition.reader.facts import decisive
from procedures.definition.reader.fields import Fields, pairs
from procedures.kernel.guards import Count, Keeps, Outcome, Take, Ties
from procedures.kernel.names import INITIAL, REJECTED
from rules.algebra import ALWAYS, Order, Rule
from rules.facts import Fact
from rules.kinds import Flag, Number
from rules.nodes import Listing, Node, Scalar, Table, describe
from rules.problems import did_you_mean
from rules.reader import RuleReader

_ORDERS: Final = ("at_least", "at_most", "more_than", "less_than")


def read_window(fields: Fields, *, keys: tuple[str, ...] = ("opens", "until", "before", "on", "within")) -> Window:
    """The window at these keys; keys that exclude one another are told."""
    place = next((fields.place(key) for key in keys if fields.get(key) is not None), None)
    window = Window(
        fields.written("opens"),
        fields.written("until"),
        fields.written("before"),
        fields.day("on") if "on" in keys else None,
        fields.duration("within") if "within" in keys else None,
        place,
    )
    ends = pairs({key: fields.get(key) for key in keys if key in ("until", "before", "on")})
    if len(ends) > 1:
        both = " and ".join(f"`{key}`" for key in ends)
        fields.problems.add(f"{fields.what} has {both}", fields.place(ends[1]), "one of them says when it ends")
    elif window.on and window.opens:
        fields.problems.add(f"{fields.what} has `on` and `opens`", fields.place("opens"), "`on` is the whole day")
    return window


@define
class StepReader:
    """Reads one step after another over the same facts, conditions and competencies."""

    rules: RuleReader
    facts: Mapping[str, Fact]
    states: Mapping[str, bool]
    competencies: frozenset[str]

    def step(self, name: str, node: Node, top: Fields) -> Step:
        fields = Fields.of(node, f"step `{name}`", "step", top.scope)
        records = self._own(name, fields, "records")
        keeps = self._keeps(name, fields)
        to, otherwise = fields.name("to"), fields.name("otherwise") or REJECTED
        outcomes = self._outcomes(name, fields, records, to, otherwise, cuts=keeps is not None)
        # A state that could not be read is "", and the graph of the steps is then not judged.
        ways = [key for key in ("outcomes", "keeps") if fields.get(key) is not None]
        if fields.lacks("to") and not ways:
            fields.problems.add(f"{fields.what} has no `to`", fields.table.place, "say where those go who pass")
        target = to or (keeps.takes[0].to if keeps and keeps.takes[0].to else outcomes[0].to if ways else "")
        exempt = fields.get("exempt")
        held = self._held(name, fields)
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
            notified=fields.written("notified"),
            closing=self._own(name, fields, "closing"),
            place=top.table.get("steps").place_of(name),  # type: ignore[union-attr]  # it has this step
        )
        if fields.lacks("to") and ways and (step.exempt is not None or step.held is not None):
            fields.problems.add(
                f"{fields.what} passes some on without a result, and has no `to`",
                fields.table.place,
                "say where the exempt go, and those for whom the step is not held",
            )
        return step

    def _own(self, name: str, fields: Fields, key: str) -> tuple[str, ...]:
        members = fields.get(key)
        if not isinstance(members, Table):
            return ()
        return tuple(full for member in members.entries if (full := f"{name}.{member}") in self.facts)

    def _lapses(self, fields: Fields, window: Window) -> str | None:
        lapses = fields.name("lapses")
        ends = any(fields.get(key) is not None for key in ("until", "before", "on", "within"))
        if ends and fields.lacks("lapses"):
            fields.problems.add(
                f"{fields.what} has a window that ends, and no `lapses`",
                window.place,
                "say where a case goes when the window has passed without a result; `stays` leaves it for a person",
            )
        elif lapses is not None and not ends:
            fields.problems.add(
                f"{fields.what} lapses, but no window ends", fields.place("lapses"), "give it `until`, `on` or `within`"
            )
        return lapses

    def _measures(self, fields: Fields) -> tuple[str, ...]:
        return known_competencies(fields, "measures", self.competencies)

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
                    f"{fields.what} has `outcomes` and `{key}`", fields.place(key), "`outcomes` say where all go"
                )
        found = list(self._listed_outcomes(name, fields, written))
        return tuple(found) or (Outcome(ALWAYS, otherwise, passed=True),)

    def _listed_outcomes(self, name: str, fields: Fields, written: Node) -> Iterator[Outcome]:
        if not isinstance(written, Listing) or not written.items:
            what = "nothing" if isinstance(written, Listing) else describe(written)
            fields.problems.add(f"`outcomes` is a list of `when` and `to`, not {what}", written.place)
            return
        for number, item in enumerate(written.items, 1):
            outcome = Fields.of(item, f"outcome {number} of step `{name}`", "outcome", fields.scope)
            when, to = outcome.get("when"), outcome.name("to")
            last = number == len(written.items)
            if last and when is not None:
                fields.problems.add(
                    f"the last outcome of step `{name}` has a `when`, so that some go nowhere",
                    outcome.place("when"),
                    "add `- to: …` after it, for everybody else",
                )
            elif not last and outcome.lacks("when"):
                fields.problems.add(
                    f"{outcome.what} has no `when`", item.place, "only the last outcome is for everybody else"
                )
            rule = self.rules.rule(when, name) if when is not None else ALWAYS
            if to is not None:
                yield Outcome(rule, to, passed=not self.states.get(to, to == REJECTED))

    def _passes(self, name: str, fields: Fields, records: tuple[str, ...], *, cuts: bool) -> Rule:
        passes, mark = fields.get("passes"), fields.get("pass_mark")
        if passes is not None and mark is not None:
            fields.problems.add(f"{fields.what} has `passes` and `pass_mark`", fields.place("pass_mark"), "keep one")
        if passes is not None:
            return self.rules.rule(passes, name)
        if mark is not None:
            return self._pass_mark(name, fields, mark)
        recorded = decisive(dict(self.facts), records)
        flags = [fact for fact in recorded if isinstance(fact.kind, Flag)]
        if len(flags) == 1:
            return self.rules.rule(Table({flags[0].name: Scalar("true")}), name)
        if recorded and not cuts:
            names = " and ".join(f"`{fact.name.partition('.')[2]}`" for fact in recorded)
            fields.problems.add(
                f"{fields.what} records {names} and does not say who passes",
                fields.table.place,
                "add `passes:`; it may be left out only where one flag is recorded, or nothing",
            )
        return ALWAYS

    def _pass_mark(self, name: str, fields: Fields, mark: Node) -> Rule:
        score = f"{name}.score"
        if score not in self.facts or not isinstance(self.facts[score].kind, Number):
            fields.problems.add(
                f"{fields.what} has a `pass_mark` and records no number `score`",
                fields.place("pass_mark"),
                "add `records: {score: {kind: number, from: 0, to: 100}}`, or write `passes:`",
            )
            return ALWAYS
        at = fields.place("pass_mark")
        return self.rules.rule(Table({score: Table({"at_least": mark}, at)}, at), name)

    # -- gates and cuts -----------------------------------------------------------------------------------------

    def _held(self, name: str, fields: Fields) -> Count | Rule | None:
        node = fields.get("held")
        if node is None:
            return None
        if not isinstance(node, Table) or SECTIONS["held"].keys().isdisjoint(node.entries):
            return self.rules.rule(node, name)
        gate = Fields.of(node, f"`held` of step `{name}`", "held", fields.scope)
        conditions = tuple((Order(key), number) for key in _ORDERS if (number := gate.integer(key)) is not None)
        if all(gate.lacks(key) for key in _ORDERS):
            gate.problems.add(f"{gate.what} counts and compares with nothing", node.place, "add `more_than: 15`")
        return Count(gate.name("count") or INITIAL, conditions)

    def _keeps(self, name: str, fields: Fields) -> Keeps | None:
        node = fields.get("keeps")
        if node is None:
            return None
        cut = Fields.of(node, f"`keeps` of step `{name}`", "keeps", fields.scope)
        given = [key for key in ("best", "takes") if cut.get(key) is not None]
        if len(given) > 1:
            cut.problems.add(f"{cut.what} has `best` and `takes`", cut.place("takes"), "keep one")
        elif not given and not cut.unread:
            cut.problems.add(f"{cut.what} does not say how many go on", node.place, "add `best: 15`")
        by = self._ranking_facts(name, cut)
        if not by and isinstance(cut.get("by"), Listing):
            cut.problems.add(f"{cut.what} ranks by nothing", cut.place("by"), "name a fact that is recorded")
        tie_break, ties = self._ties(name, cut)
        takes = tuple(self._takes(name, fields, cut))
        return Keeps(takes or (Take(1, fields.name("to") or ""),), by, tie_break, ties)

    def _takes(self, name: str, fields: Fields, cut: Fields) -> Iterator[Take]:
        listed = cut.get("takes")
        if listed is None:
            best = self._best(name, cut)
            if best is not None:
                yield Take(best, fields.name("to") or "")
            return
        for number, item in enumerate(listed.items if isinstance(listed, Listing) else (), 1):
            take = Fields.of(item, f"list {number} of step `{name}`", "take", fields.scope)
            best, to = self._best(name, take), take.name("to")
            if best is not None and to is not None:
                yield Take(best, to)
        if not isinstance(listed, Listing) or not listed.items:
            what = "nothing" if isinstance(listed, Listing) else describe(listed)
            cut.problems.add(f"`takes` is a list of `best` and `to`, not {what}", listed.place)

    def _best(self, name: str, fields: Fields) -> int | str | None:
        node = fields.get("best")
        if node is None:
            return None
        if not isinstance(node, Scalar):
            sentence = f"`best` is a number, or a fact that the closing records, not {describe(node)}"
            fields.problems.add(sentence, node.place)
            return None
        if node.text[:1] in set("-+.0123456789"):
            return fields.integer("best", least=1)
        text = fields.name("best")
        if text is None:
            return None
        full = self.rules.full_name(text, name)
        fact = self.facts.get(full)
        if fact is None or not isinstance(fact.kind, Number):
            fields.problems.add(
                f"`{text}` is no number that a closing records",
                node.place,
                did_you_mean(text, self.facts) or "give a number, or declare it under `closing:`",
            )
            return None
        return full

    def _ties(self, name: str, cut: Fields) -> tuple[tuple[str, ...], Ties]:
        node = cut.get("ties")
        if isinstance(node, Table):
            broken = Fields.of(node, "`ties`", "ties", cut.scope)
            by = self._ranking_facts(name, broken)
            return by, self._policy(broken, broken.text("then"), "then")
        return (), self._policy(cut, cut.text("ties"), "ties")

    def _policy(self, fields: Fields, text: str | None, key: str) -> Ties:
        if text is None:
            return "keep"
        if text not in TIES:
            fields.problems.add(f"unknown policy for ties `{text}`", fields.place(key), did_you_mean(text, TIES))
            return "keep"
        return cast("Ties", text)

    def _ranking_facts(self, name: str, fields: Fields) -> tuple[str, ...]:
        return ranking_facts(fields, self.rules, name)


def ranking_facts(fields: Fields, rules: RuleReader, inside: str | None = None) -> tuple[str, ...]:
    """The facts or scores under `by`; one that has no order is a problem."""
    facts, scores = rules.declared.facts, rules.declared.scores
    found = []
    for written, place in fields.placed_names("by"):
        full = rules.full_name(written, inside)
        found.append(full)
        if full not in facts and full not in scores:
            fields.problems.add(f"unknown fact `{full}`", place, did_you_mean(full, [*facts, *scores]))
        elif full in facts and not facts[full].kind.ordered:
            fields.problems.add(f"a {facts[full].kind.word} has no order: `{full}` cannot rank", place)
    return tuple(found)


def known_competencies(fields: Fields, key: str, known: frozenset[str]) -> tuple[str, ...]:
    """The competencies named at a key; where the definition describes any, one that it does not is told."""
    for name, place in fields.placed_names(key):
        if known and name not in known:
            help_ = did_you_mean(name, known) or "describe it under `competencies:`"
            fields.problems.add(f"unknown competency `{name}`", place, help_)
    return fields.names(key)
