"""Everywhere a case can stand, with everything that can then be known of the person: all histories there could be.

Declared facts are taken to be what they will once be known to be, or never: more facts overturn no decision, so nobody
gets anywhere by telling late. Of the other candidates nothing is assumed: a gate may be held or not, and a result that
is ranked may be kept or cut.
"""

from typing import Final

from attrs import define, field

from procedures.language import INITIAL
from procedures.machine import CompiledStep, Machine
from procedures.proving.budget import Budget
from procedures.proving.symbols import Set, Symbols
from procedures.proving.ways import Arc, Node, Ways

PASS_ON: Final = frozenset({"passed", "exempt", "not_held", "kept"})


@define
class Ring:
    """Those who were first found at a node over an arc, of those known by then; None for the application."""

    node: Node
    arc: Arc | None
    new: Set


@define
class Reach:
    """For every node those who can stand there; `rings` tell in which order they were found, and over which arcs."""

    machine: Machine
    symbols: Symbols
    budget: Budget = field(factory=Budget)
    ways: Ways = field(init=False)
    eliminatory: tuple[str, ...] = field(init=False)
    cutting: tuple[str, ...] = field(init=False)
    marked: tuple[str, ...] = field(init=False)
    at: dict[Node, Set] = field(factory=dict, init=False)
    rings: list[Ring] = field(factory=list, init=False)

    def __attrs_post_init__(self) -> None:
        machine = self.machine
        self.ways = Ways(machine, self.symbols)
        self.eliminatory = tuple(name for name, step in machine.steps.items() if is_eliminatory(machine, step))
        self.cutting = tuple(name for name, step in machine.steps.items() if step.keeps is not None)
        self.marked = tuple(dict.fromkeys(wanted.before for wanted in machine.properties if wanted.before))
        self.symbols.bdd.declare(*(f"duty {name}" for name in self.eliminatory))
        self.symbols.bdd.declare(*(f"stood {name}" for name in self.marked))
        self._explore()

    # -- moves ----------------------------------------------------------------------------------------------------

    def _explore(self) -> None:
        symbols = self.symbols
        dynamic = [name for name in symbols.values if name not in self.machine.declared_facts]
        start = symbols.valid
        for name in dynamic:
            if not self.of_selection(name):
                start &= symbols.is_unknown(name)
        for name in self.eliminatory:
            here = INITIAL in self.machine.steps[name].origins
            start &= self.duty(name) if here else ~self.duty(name)
        for name in self.marked:
            start &= self.stood(name) if name == INITIAL else ~self.stood(name)
        for name in self.cutting:
            start &= ~self.ways.waits(name)
        first = self.ways.span_from(self.machine.opens)
        last = self.ways.span_before(self.machine.ends)
        for span in range(first, last + 1):
            self._found(Node(INITIAL, span), None, start)
        begun = 0
        while begun < len(self.rings):  # round by round, so that what comes to a node over many arcs goes on at once
            fresh: dict[Node, Set] = {}
            for ring in self.rings[begun:]:
                fresh[ring.node] = fresh.get(ring.node, symbols.bdd.false) | ring.new
            begun = len(self.rings)
            for node, new in fresh.items():
                self.budget.check()
                for arc in self.ways.of(node):
                    self._found(arc.to, arc, self.after(new, arc))

    def of_selection(self, name: str) -> bool:
        """Whether a fact is of the selection as a whole: what closings record, which nobody's road changes."""
        steps = self.machine.steps.values()
        return any(name in step.closing or (step.gate is not None and name == f"{step.name}.held") for step in steps)

    def _found(self, node: Node, arc: Arc | None, who: Set) -> None:
        known = self.at.get(node, self.symbols.bdd.false)
        new = who & ~known
        if new != self.symbols.bdd.false:
            self.at[node] = known | new
            self.rings.append(Ring(node, arc, new))

    def changed(self, arc: Arc) -> tuple[str, ...]:
        """What an arc makes known anew: what its step records and decides, and the bounds of scores that turn."""
        if arc.step is None:
            return ()
        step = self.machine.steps[arc.step]
        decided = (step.name, f"{step.name}.kept", f"{step.name}.rank")
        # What is kept or cut was recorded before.
        names = decided if arc.move in ("kept", "cut") else (*step.records, *decided)
        return (*names, *self.symbols.totals.of_step(names))

    def after(self, who: Set, arc: Arc) -> Set:
        """Those who come out of an arc, of those who stood before it, with what they then have."""
        symbols = self.symbols
        who &= arc.before
        if arc.step is not None:
            step = self.machine.steps[arc.step]
            changed = self.changed(arc)
            decided = [name for name in changed if name not in step.records]
            who = symbols.forgetting(who, changed) & symbols.valid
            if arc.outcome is not None:
                # Guards see what the event brings, and nothing of how the step went an earlier time.
                unseen = symbols.exactly({}, [name for name in decided if name in symbols.values])
                who &= symbols.forgetting(arc.condition & unseen, [name for name in decided if name in symbols.values])
            elif arc.move not in ("kept", "cut"):
                who &= symbols.exactly({}, [name for name in step.records if name in symbols.values])
            who &= self._result(step, arc) & symbols.valid
        return self._with_duties(self._with_waits(who, arc), arc)

    def _result(self, step: CompiledStep, arc: Arc) -> Set:
        """How the step went, as facts."""
        symbols = self.symbols
        if arc.move == "recorded":
            return symbols.exactly({}, [name for name in (step.name, f"{step.name}.kept") if name in symbols.values])
        found = symbols.bdd.true
        if step.name in symbols.values:
            found &= symbols.is_value(step.name, {"kept": "passed", "cut": "failed"}.get(arc.move, arc.move))
        if (kept := f"{step.name}.kept") in symbols.values:
            ranked = arc.move in ("kept", "cut")
            found &= symbols.is_value(kept, arc.move == "kept") if ranked else symbols.is_unknown(kept)
        return found

    # -- eliminatory rounds ---------------------------------------------------------------------------------------

    def duty(self, step: str) -> Set:
        """Those who stood where an eliminatory step is taken, and were since neither let on nor over it."""
        return self.symbols.bdd.var(f"duty {step}")

    def _with_waits(self, who: Set, arc: Arc) -> Set:
        if arc.move == "recorded":
            assert arc.step is not None
            return self.symbols.bdd.exist([f"waits {arc.step}"], who) & self.ways.waits(arc.step)
        if arc.move == "waited" or not self.cutting:
            return who
        who = self.symbols.bdd.exist([f"waits {name}" for name in self.cutting], who)
        for name in self.cutting:
            who &= ~self.ways.waits(name)
        return who

    def _with_duties(self, who: Set, arc: Arc) -> Set:
        symbols = self.symbols
        for name in self.eliminatory:
            bit = f"duty {name}"
            if arc.step == name and arc.move in PASS_ON:
                who = symbols.bdd.exist([bit], who) & ~symbols.bdd.var(bit)
            if arc.to.state in self.machine.steps[name].origins and arc.to.state != arc.origin.state:
                who = symbols.bdd.exist([bit], who) & symbols.bdd.var(bit)
        if arc.to.state in self.marked:
            who = symbols.bdd.exist([f"stood {arc.to.state}"], who) & self.stood(arc.to.state)
        return who

    def stood(self, state: str) -> Set:
        """Those who stood in a state before, which some property asks about."""
        return self.symbols.bdd.var(f"stood {state}")

    def of_facts(self, among: Set) -> Set:
        """The same, whatever they owe and whatever waits."""
        bits = [*(f"duty {name}" for name in self.eliminatory), *(f"waits {name}" for name in self.cutting)]
        bits += [f"stood {name}" for name in self.marked]
        return self.symbols.bdd.exist(bits, among) if bits else among

    def standing(self, state: str) -> Set:
        """Everybody who can stand in a state, whenever."""
        found = self.symbols.bdd.false
        for node, who in self.at.items():
            if node.state == state:
                found |= who
        return found


def is_eliminatory(machine: Machine, step: CompiledStep) -> bool:
    """
    Whether failing a step ends the selection for somebody: an outcome, or being cut, is an unsuccessful end.

    A step that is taken by those who are selected already, such as an offer, keeps nobody from being selected.
    """
    if any(machine.states[name].selected for name in step.origins):
        return False
    ends = [outcome.to for outcome in step.outcomes if not outcome.passed]
    ends += [step.otherwise] if step.keeps is not None else []
    return any(machine.states[name].unsuccessful and machine.states[name].final for name in ends)
