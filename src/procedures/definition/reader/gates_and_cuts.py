"""Read the gate and the cut of a step: whether the step is held, and how many candidates it keeps."""

from collections.abc import Iterator, Mapping
from typing import Final, cast

from attrs import define

from procedures.definition.language import SECTIONS, TIE_POLICIES
from procedures.definition.reader.fields import Fields
from procedures.kernel.names import INITIAL
from procedures.kernel.outcomes import Count, Keeps, Take, Ties
from rules.algebra import Order, Rule
from rules.facts import Fact
from rules.kinds import Number
from rules.nodes import Listing, Scalar, Table, describe
from rules.reader import RuleReader
from rules.suggestions import did_you_mean

_ORDER_KEYS: Final = ("at_least", "at_most", "more_than", "less_than")


@define
class GateAndCutReader:
    """Reads the keys `held` and `keeps` of steps, with one set of facts and conditions."""

    rules: RuleReader
    facts: Mapping[str, Fact]

    def read_gate(self, name: str, fields: Fields) -> Count | Rule | None:
        node = fields.get("held")
        if node is None:
            return None
        if not isinstance(node, Table) or SECTIONS["held"].keys().isdisjoint(node.entries):
            return self.rules.rule(node, name)
        gate = Fields.read(node, f"`held` of step `{name}`", "held", fields.scope)
        conditions = tuple((Order(key), number) for key in _ORDER_KEYS if (number := gate.integer(key)) is not None)
        if all(gate.is_missing(key) for key in _ORDER_KEYS):
            gate.problems.add(f"{gate.subject} counts and compares with nothing", node.place, "add `more_than: 15`")
        return Count(gate.name("count") or INITIAL, conditions)

    def read_cut(self, name: str, fields: Fields) -> Keeps | None:
        node = fields.get("keeps")
        if node is None:
            return None
        cut = Fields.read(node, f"`keeps` of step `{name}`", "keeps", fields.scope)
        given = [key for key in ("best", "takes") if cut.get(key) is not None]
        if len(given) > 1:
            cut.problems.add(f"{cut.subject} has `best` and `takes`", cut.place("takes"), "keep one")
        elif not given and not cut.is_unreadable:
            cut.problems.add(f"{cut.subject} does not say how many go on", node.place, "add `best: 15`")
        by = self._ranking_facts(name, cut)
        if not by and isinstance(cut.get("by"), Listing):
            cut.problems.add(f"{cut.subject} ranks by nothing", cut.place("by"), "name a fact that is recorded")
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
            take = Fields.read(item, f"list {number} of step `{name}`", "take", fields.scope)
            best, to = self._best(name, take), take.name("to")
            if best is not None and to is not None:
                yield Take(best, to)
        if not isinstance(listed, Listing) or not listed.items:
            value_text = "nothing" if isinstance(listed, Listing) else describe(listed)
            cut.problems.add(f"`takes` is a list of `best` and `to`, not {value_text}", listed.place)

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
            broken = Fields.read(node, "`ties`", "ties", cut.scope)
            by = self._ranking_facts(name, broken)
            return by, self._policy(broken, broken.text("then"), "then")
        return (), self._policy(cut, cut.text("ties"), "ties")

    def _policy(self, fields: Fields, text: str | None, key: str) -> Ties:
        if text is None:
            return "keep"
        if text not in TIE_POLICIES:
            fields.problems.add(
                f"unknown policy for ties `{text}`", fields.place(key), did_you_mean(text, TIE_POLICIES)
            )
            return "keep"
        return cast("Ties", text)

    def _ranking_facts(self, name: str, fields: Fields) -> tuple[str, ...]:
        return read_ranking(fields, self.rules, name)


def read_ranking(fields: Fields, rules: RuleReader, inside: str | None = None) -> tuple[str, ...]:
    """The facts or scores at `by`; a fact without an order is a problem."""
    facts, scores = rules.declared.facts, rules.declared.scores
    found = []
    for written, place in fields.names_with_places("by"):
        full = rules.full_name(written, inside)
        found.append(full)
        if full not in facts and full not in scores:
            fields.problems.add(f"unknown fact `{full}`", place, did_you_mean(full, [*facts, *scores]))
        elif full in facts and not facts[full].kind.ordered:
            fields.problems.add(f"a {facts[full].kind.word} has no order: `{full}` cannot rank", place)
    return tuple(found)
