"""From a set of candidates who end differently in two machines to one of them, with the events that show it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from attrs import define, frozen

from procedures.kernel.cases import Event
from procedures.kernel.machine import Machine
from procedures.kernel.names import DECIDED_FACTS
from procedures.proofs.comparison.canonical_path import EXPIRES
from procedures.proofs.comparison.replay import Course, Criterion, Player, find_players
from procedures.proofs.comparison.windows import find_changed_windows
from procedures.proofs.reachability.histories import CANDIDATE
from procedures.proofs.symbolic.decision_diagrams import Set, Symbols, ranking_facts
from procedures.proofs.symbolic.regions import extent
from rules.kinds import Plain, Value

_MAX_ATTEMPTS: Final = 6
_MISSED: Final = "missed "
_CHOICES: Final = ("held ", "kept ", _MISSED, EXPIRES)


@frozen
class Difference:
    """
    A candidate whom `events` lead to state `a` in the first machine, and `events_b` to state `b` in the second.

    None as a state means that the application is not admitted. Where the two states are equal, the kind of reserve
    differs, or the day on which the reserve ends. `relevant_facts` are the facts on which the difference depends; it
    holds for any values of the other facts.
    """

    facts: Mapping[str, Plain]
    a: str | None
    b: str | None
    events: Sequence[Event]
    events_b: Sequence[Event]
    choices: Mapping[str, bool]
    relevant_facts: tuple[str, ...] = ()
    kind_a: str | None = None
    kind_b: str | None = None
    expires_a: date | None = None
    expires_b: date | None = None


@define
class WitnessSearch:
    """Finds members of a set whom `run` leads to the expected ends; `own_choices` are those of the second machine."""

    a: Machine
    b: Machine
    symbols: Symbols
    own_choices: Mapping[str, str]

    def find(
        self,
        members: Set,
        criterion: Criterion,
        continue_with: Callable[[list[Player]], list[Player] | None] = lambda players: players,
    ) -> Difference | None:
        """A member that meets the criterion, after `continue_with`; None where no history shows one."""
        all_members, symbols = members, self.symbols
        for _ in range(_MAX_ATTEMPTS):
            if members == symbols.bdd.false:
                break
            digits = symbols.bdd.pick(self._simplest(members)) or {}
            players = find_players(self._course(digits), criterion)
            players = continue_with(players) if players is not None else None
            if players is not None:
                return self._difference(all_members, digits, players)
            members &= ~symbols.bdd.cube({name: digits[name] for name in digits})
        return None

    def _course(self, digits: Mapping[str, bool]) -> Course:
        """What a candidate with these binary digits does in both machines."""
        valuation = self.symbols.valuation(digits)
        values = {name: value for name, value in valuation.values.items() if value is not None}
        values |= self.symbols.score_bounds.find_numbers(valuation.values, valuation.sides, self.symbols)
        missed_steps = [frozenset(self._missed_steps(digits, own_choices)) for own_choices in ({}, self.own_choices)]
        expires, extents = bool(digits.get(EXPIRES)), self._extents(values)
        return Course(
            (self.a, self.b), values, missed_steps, frozenset(find_changed_windows(self.a, self.b)), expires, extents
        )

    def _extents(self, values: Mapping[str, Value]) -> dict[str, tuple[Value, Value]]:
        """The range of each fact by which the machines rank differently, within which no other decision changes."""
        if not any(choice.startswith("rank ") for choice in self.own_choices):
            return {}
        found: dict[str, tuple[Value, Value]] = {}
        for machine in (self.a, self.b):
            for name in ranking_facts(machine):
                if name in values and name in machine.declared.facts and name not in _decided_facts(self.symbols):
                    fact_kind, asked_leaves = (
                        machine.declared.facts[name].kind,
                        self.symbols.leaves_by_fact.get(name, ()),
                    )
                    found[name] = extent(fact_kind, asked_leaves, name, values[name])
        return found

    def _missed_steps(self, digits: Mapping[str, bool], own_choices: Mapping[str, str]) -> Iterator[str]:
        for name in ("apply", *self.a.steps, *self.b.steps):
            choice = f"{_MISSED}{name}"
            if digits.get(own_choices.get(choice, choice)):
                yield name

    def _difference(self, all_members: Set, digits: Mapping[str, bool], players: Sequence[Player]) -> Difference:
        first, second = players
        state_a, state_b = find_end_state(first), find_end_state(second)
        choices = {name: bool(value) for name, value in digits.items() if name.startswith(_CHOICES)}
        relevant_facts = tuple(dict.fromkeys((*self._relevant_facts(all_members, digits), *first.rival_facts)))
        return Difference(
            self._facts(first.values), state_a, state_b, tuple(first.events), tuple(second.events), choices,
            relevant_facts, find_reserve_kind(first), find_reserve_kind(second),
            first.selection.expires, second.selection.expires,
        )  # fmt: skip

    def _relevant_facts(self, all_members: Set, digits: Mapping[str, bool]) -> tuple[str, ...]:
        """
        The facts that are needed for a candidate to be certainly in a set; the others are dropped one by one.

        Where the bound of a score is needed, the facts of its parts are named.
        """
        symbols, (kept, names) = self.symbols, (dict(digits), list[str]())
        for name, bits in symbols.bits.items():
            without = {bit: value for bit, value in kept.items() if bit not in bits}
            if symbols.bdd.cube(without) & all_facts_known(symbols) & ~all_members == symbols.bdd.false:
                kept = without
            else:
                names.append(name)
        parts = {
            total: [part.fact for part in leaf.score.parts]
            for leaf, total in symbols.score_bounds.names_by_leaf.items()
        }
        return tuple(dict.fromkeys(each for name in names for each in parts.get(name, [name])))

    def _simplest(self, members: Set) -> Set:
        """The members with the plainest choices: no window is missed, every step is held, every result is kept."""
        for name in self.symbols.bdd.vars:
            if name.startswith(_CHOICES):
                ordinary = self.symbols.bdd.var(name)
                if name.startswith((_MISSED, EXPIRES)):
                    ordinary = ~ordinary
                if (closer := members & ordinary) != self.symbols.bdd.false:
                    members = closer
        return members

    def _facts(self, values: Mapping[str, Value]) -> dict[str, Plain]:
        """The facts that events bring; the facts that the machines decide themselves are left out."""
        found: dict[str, Plain] = {}
        for name, value in values.items():
            machine = self.a if name in self.a.declared.facts else self.b
            if name not in _decided_facts(self.symbols):
                found[name] = machine.declared.facts[name].kind.decode(value)
        return found


def all_facts_known(symbols: Symbols) -> Set:
    """
    Those of whom every fact is known that no machine decides: an extra step that asks for more is no difference.

    Ranks count as known, because a closing gives one; results of steps, gates and cuts follow from the path.
    """
    ranks = {f"{name}.rank" for machine in symbols.machines for name in machine.steps}
    decided = _decided_facts(symbols) - ranks
    return symbols.all_known(name for name in symbols.values if name not in decided) & symbols.valid


def _decided_facts(symbols: Symbols) -> frozenset[str]:
    """The facts that machines decide themselves: results of steps, gates, cuts and ranks."""
    steps = [name for machine in symbols.machines for name in machine.steps]
    return frozenset((*steps, *(f"{name}.{what}" for name in steps for what in DECIDED_FACTS)))


def find_end_state(player: Player) -> str | None:
    """The last state of the candidate; None where the application was not admitted."""
    case = player.selection.find(CANDIDATE)
    return case.state if case is not None else None


def find_reserve_kind(player: Player) -> str | None:
    """The kind of reserve of the candidate."""
    case = player.selection.find(CANDIDATE)
    return player.selection.kind(case) if case is not None else None
