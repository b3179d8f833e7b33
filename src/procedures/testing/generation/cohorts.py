"""Several candidates at once: as many as a gate turns on, ties astride a cut, and everybody's road to the end."""

from collections.abc import Sequence
from typing import Final

from attrs import define

from procedures.kernel.guards import Keeps
from procedures.kernel.machine import CompiledStep
from procedures.testing.generation.boundaries import belongs
from procedures.testing.generation.path_walk import Walk
from procedures.testing.generation.paths import Leg, Path, leaving, nearest, weighed
from rules.kinds import Value

MOST: Final = 40
_FEW: Final = (1, 2, 3)


def size_at(step: CompiledStep) -> tuple[int, ...]:
    """How many candidates there should be at a step: around every number by which its gate or its cut decides."""
    counted = [bound for _, bound in step.gate.count.conditions] if step.gate and step.gate.count else []
    taken = [take.best for take in step.keeps.takes if isinstance(take.best, int)] if step.keeps else []
    numbers = [*counted, *taken, *([sum(taken)] if taken else [])]
    around = {number + beside for number in numbers for beside in (-1, 0, 1, 2)}
    return tuple(sorted(number for number in around if 0 < number <= MOST))


@define
class Crowd(Walk):
    """A walk with many: those alike come to a step together, a few others go their own way."""

    def gather(self) -> None:
        """Candidates apply, come to one step in the number that matters there, and go on from it."""
        focuses = [step for step in self.machine.steps.values() if size_at(step)]
        focus = self.pick(focuses) if focuses and not self.chance(4) else None
        size = self.pick(size_at(focus)) if focus else self.pick(_FEW)
        path = self._path_before(focus)
        alike = [f"c{number:02}" for number in range(1, size + 1)]
        person = self.plain(self.person(path))
        for name in alike:
            self.say("apply", name, person, by=None)
        others = [f"d{number}" for number in range(1, self.pick((0, 1, 2)) + 1)]
        for name in others:
            self.apply(name, self.path())
        self._march([name for name in alike if name in self.selection], path)
        for name in others:
            if name in self.selection:
                self._wander(name, self.pick((0, 1, 2)))
        if focus is not None:
            self._focus(focus, alike)
        self._end(alike, others)

    def path(self) -> Path:
        """A path whose last leg may be any of the procedure."""
        every = weighed(self.machine)
        if not every:
            return ()
        last: Leg = self.pick(every)
        return (*self.path_to(last.origin), last)

    def long_path(self) -> Path:
        """A path to any leg, and on for a while; it may come back to where it was, and goes along no leg twice."""
        path = self.path()
        for _ in range(self.pick(range(4))):
            further = [leg for leg in leaving(self.machine)[path[-1].to] if leg not in path] if path else []
            if not further:
                break
            path = (*path, self.pick(further))
        return path

    def path_to(self, state: str) -> Path:
        """One of the shortest paths to a state."""
        backwards: list[Leg] = []
        while legs := nearest(self.machine).get(state, ()):
            ordinary = [leg for leg in legs if leg.move in ("passed", "kept", "exempt")]
            backwards.append(self.pick(ordinary or legs) if not self.chance(4) else self.pick(legs))
            state = backwards[-1].origin
        return tuple(reversed(backwards))

    def _path_before(self, step: CompiledStep | None) -> Path:
        if step is None:
            return self.path()
        counts = step.gate.count.state if step.gate and step.gate.count and self.chance(2) else None
        return self.path_to(counts or sorted(step.origins)[0])

    def _march(self, names: Sequence[str], path: Path) -> None:
        """Everybody goes along a path together; each step is closed when everybody took it."""
        often, self.attempts = self.attempts, 0
        for leg in path:
            step = self.machine.steps.get(leg.step)
            if step is None or leg.move in ("lapsed", "stays", "exempt", "not_held"):
                if names:
                    self.reach(names[0], leg)
                continue
            there = [name for name in names if self.selection[name].state == leg.origin]
            for name in there:
                self.record(name, step, leg)
            if there and step.keeps is not None:
                self.close(step)
        self.attempts = often

    def _focus(self, step: CompiledStep, names: Sequence[str]) -> None:
        """What leads to the step is closed, and everybody who stands there takes it with results that tie."""
        for feeder in step.gate.feeders if step.gate else ():
            self._leave_behind(self.machine.steps[feeder], names)
            self.close(self.machine.steps[feeder])
        there = [name for name in self.selection if self.selection[name].state in step.origins]
        if step.gate is not None and step.name not in self.selection.gates:
            return
        results = self._results(step.keeps, len(there), step) if step.keeps and there else []
        often, self.attempts = self.attempts, 0
        for index, name in enumerate(there):
            given = {key: values[index] for key, values in results}
            origin = self.selection[name].state
            own = [leg for leg in leaving(self.machine)[origin] if leg.step == step.name and leg.outcome is not None]
            leg = self.pick(own) if own and self.chance(6) else self._passing(step, origin)
            self.record(name, step, leg, **given)
        self.attempts = often
        self._leave_behind(step, names)
        self.close(step)
        if there and self.chance(3):
            self.reconsider(self.pick(there))

    def _leave_behind(self, step: CompiledStep, names: Sequence[str]) -> None:
        """Whoever of the others is still on the way to a step withdraws, or the closing has to wait for them."""
        if self.chance(4):
            return
        for name in self.selection:
            case = self.selection[name]
            if name not in names and case.state in step.upstream and step.name not in case.pending:
                self.say("withdraw", name)

    def _passing(self, step: CompiledStep, origin: str) -> Leg | None:
        found = [leg for leg in leaving(self.machine)[origin] if leg.step == step.name]
        return next((leg for leg in found if leg.move in ("kept", "passed")), None)

    def _results(self, keeps: Keeps, number: int, step: CompiledStep) -> list[tuple[str, list[Value]]]:
        """Results to be ranked by: all different, equal astride the cut, or all equal."""
        own = [name for name in (*keeps.by, *keeps.tie_break) if name in step.records]
        taken = sum(take.best for take in keeps.takes if isinstance(take.best, int)) or 1
        found: list[tuple[str, list[Value]]] = []
        for name in own:
            ladder = self._ladder(name, number)
            how = self.pick(("astride", "apart", "equal", "astride"))
            if how == "astride" and taken < number:
                first = max(0, taken - self.pick((1, 2)))
                ladder[first : taken + 1] = [ladder[taken]] * len(ladder[first : taken + 1])
            elif how == "equal":
                ladder = [ladder[0]] * number
            found.append((name.removeprefix(f"{step.name}."), ladder))
        return found

    def _ladder(self, name: str, number: int) -> list[Value]:
        """So many values of a fact, the best first, around the middle of its range."""
        kind = self.machine.declared.facts[name].kind
        middle = self.pick([int(value) for value in self.steering.domain[name]] or [0])
        values: list[Value] = [value for value in range(middle + number, middle - number, -1) if belongs(kind, value)]
        return [*values, *[values[-1]] * number][:number]

    # -- the end ------------------------------------------------------------------------------------------------

    def _wander(self, name: str, most: int) -> None:
        """Somebody goes on along legs of their own."""
        for _ in range(most):
            further = leaving(self.machine)[self.selection[name].state]
            if not further:
                return
            self.reach(name, self.pick(further))

    def _end(self, alike: Sequence[str], others: Sequence[str]) -> None:
        """A few go on, and then everything is closed and time passes."""
        for name in [*others, *alike[:3]]:
            if name in self.selection:
                self._wander(name, self.pick((1, 2, 4)))
                if self.chance(4):
                    self.reconsider(name)
        if self.chance(2):
            self.close_all()
        if self.chance(2):
            self.expire()
        if self.attempts_something():
            for name in self.selection:
                self.wrong_event(self.selection[name])
