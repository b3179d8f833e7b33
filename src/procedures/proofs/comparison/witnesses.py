"""From a set of people who fare otherwise in two machines to one of them, with the events that show it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from attrs import define, frozen

from procedures.kernel.cases import Event
from procedures.kernel.machine import Machine
from procedures.kernel.names import DECIDED
from procedures.proofs.comparison.canonical_path import EXPIRES
from procedures.proofs.comparison.replay import Course, Fits, Player, played
from procedures.proofs.comparison.windows import unlike
from procedures.proofs.reachability.histories import WHO
from procedures.proofs.symbolic.decision_diagrams import Set, Symbols, ranked_by
from procedures.proofs.symbolic.regions import extent
from rules.kinds import Plain, Value

_TRIES: Final = 6
_MISSED: Final = "missed "
_CHOICES: Final = ("held ", "kept ", _MISSED, EXPIRES)


@frozen
class Difference:
    """
    Somebody whom the events leave at `a` in the first machine and `events_b` at `b` in the second.

    None is nowhere: the application was not admitted. Where the two states are one, the kind of reserve is another, or
    the day on which the reserve ends. `matters` are the facts on which it hangs: with any other values of the rest it
    is the same.
    """

    facts: Mapping[str, Plain]
    a: str | None
    b: str | None
    events: Sequence[Event]
    events_b: Sequence[Event]
    choices: Mapping[str, bool]
    matters: tuple[str, ...] = ()
    kind_a: str | None = None
    kind_b: str | None = None
    expires_a: date | None = None
    expires_b: date | None = None


@define
class Showing:
    """Finds members of a set whom `run` leaves where it is said; `own` are the choices of the second alone."""

    a: Machine
    b: Machine
    symbols: Symbols
    own: Mapping[str, str]

    def show(
        self,
        here: Set,
        fits: Fits,
        then: Callable[[list[Player]], list[Player] | None] = lambda players: players,
    ) -> Difference | None:
        """One who fits, after what is done `then`; None where no history shows one."""
        every, symbols = here, self.symbols
        for _ in range(_TRIES):
            if here == symbols.bdd.false:
                break
            digits = symbols.bdd.pick(self._simplest(here)) or {}
            players = played(self._course(digits), fits)
            players = then(players) if players is not None else None
            if players is not None:
                return self._difference(every, digits, players)
            here &= ~symbols.bdd.cube({name: digits[name] for name in digits})
        return None

    def _course(self, digits: Mapping[str, bool]) -> Course:
        """What somebody with these binary digits does in the two."""
        person = self.symbols.person(digits)
        values = {name: value for name, value in person.values.items() if value is not None}
        values |= self.symbols.totals.given(person.values, person.over, self.symbols)
        missed = [frozenset(self._missed(digits, own)) for own in ({}, self.own)]
        expires, extents = bool(digits.get(EXPIRES)), self._extents(values)
        return Course((self.a, self.b), values, missed, frozenset(unlike(self.a, self.b)), expires, extents)

    def _extents(self, values: Mapping[str, Value]) -> dict[str, tuple[Value, Value]]:
        """How far the facts may lie apart by which the two rank otherwise, for nothing else to change."""
        if not any(choice.startswith("rank ") for choice in self.own):
            return {}
        found: dict[str, tuple[Value, Value]] = {}
        for machine in (self.a, self.b):
            for name in ranked_by(machine):
                if name in values and name in machine.declared.facts and name not in _decided(self.symbols):
                    kind, asked = machine.declared.facts[name].kind, self.symbols.asked.get(name, ())
                    found[name] = extent(kind, asked, name, values[name])
        return found

    def _missed(self, digits: Mapping[str, bool], own: Mapping[str, str]) -> Iterator[str]:
        for name in ("apply", *self.a.steps, *self.b.steps):
            choice = f"{_MISSED}{name}"
            if digits.get(own.get(choice, choice)):
                yield name

    def _difference(self, every: Set, digits: Mapping[str, bool], players: Sequence[Player]) -> Difference:
        first, second = players
        state_a, state_b = stood(first), stood(second)
        choices = {name: bool(value) for name, value in digits.items() if name.startswith(_CHOICES)}
        matters = tuple(dict.fromkeys((*self._matters(every, digits), *first.rivals)))
        return Difference(
            self._facts(first.values), state_a, state_b, tuple(first.events), tuple(second.events), choices,
            matters, kind(first), kind(second), first.selection.expires, second.selection.expires,
        )  # fmt: skip

    def _matters(self, every: Set, digits: Mapping[str, bool]) -> tuple[str, ...]:
        """
        The facts without which somebody would not surely be of a set; the others are dropped one by one.

        Where the bound of a score matters, the facts of its parts do.
        """
        symbols, (kept, names) = self.symbols, (dict(digits), list[str]())
        for name, bits in symbols.bits.items():
            without = {bit: value for bit, value in kept.items() if bit not in bits}
            if symbols.bdd.cube(without) & told(symbols) & ~every == symbols.bdd.false:
                kept = without
            else:
                names.append(name)
        parts = {total: [part.fact for part in leaf.score.parts] for leaf, total in symbols.totals.asked.items()}
        return tuple(dict.fromkeys(each for name in names for each in parts.get(name, [name])))

    def _simplest(self, here: Set) -> Set:
        """Those of a set for whom the fewest things happen: nothing is missed, everything is held and kept."""
        for name in self.symbols.bdd.vars:
            if name.startswith(_CHOICES):
                ordinary = self.symbols.bdd.var(name)
                if name.startswith((_MISSED, EXPIRES)):
                    ordinary = ~ordinary
                if (closer := here & ordinary) != self.symbols.bdd.false:
                    here = closer
        return here

    def _facts(self, values: Mapping[str, Value]) -> dict[str, Plain]:
        """What was told of somebody; what the machines decide themselves stands in the events' answers."""
        found: dict[str, Plain] = {}
        for name, value in values.items():
            machine = self.a if name in self.a.declared.facts else self.b
            if name not in _decided(self.symbols):
                found[name] = machine.declared.facts[name].kind.give(value)
        return found


def told(symbols: Symbols) -> Set:
    """
    Those of whom everything is known that no machine decides: a step more that asks for more is no difference.

    A rank is what somebody has once a closing ranks them; how a step went, a gate and a cut are told by the road.
    """
    ranks = {f"{name}.rank" for machine in symbols.machines for name in machine.steps}
    by_road = _decided(symbols) - ranks
    return symbols.all_known(name for name in symbols.values if name not in by_road) & symbols.valid


def _decided(symbols: Symbols) -> frozenset[str]:
    """What machines decide themselves: how their steps went, gates, cuts and ranks."""
    steps = [name for machine in symbols.machines for name in machine.steps]
    return frozenset((*steps, *(f"{name}.{what}" for name in steps for what in DECIDED)))


def stood(player: Player) -> str | None:
    """The state where the candidate came to rest; None for one who never came in."""
    case = player.selection.find(WHO)
    return case.state if case is not None else None


def kind(player: Player) -> str | None:
    """The kind of reserve of the candidate."""
    case = player.selection.find(WHO)
    return player.selection.kind(case) if case is not None else None
