"""Drawn cohorts: numbers of candidates around a gate or a cut, ties across the cut, and events to the end."""

from collections.abc import Sequence
from typing import Final

from attrs import define

from procedures.kernel.machine import CompiledStep
from procedures.kernel.outcomes import Keeps
from procedures.testing.generation.boundaries import is_value_of
from procedures.testing.generation.path_walk import PathDraw
from procedures.testing.generation.paths import Leg, Path, legs_by_origin, nearest_legs, weighted_legs
from rules.kinds import Value

MOST: Final = 40
_FEW: Final = (1, 2, 3)


def cohort_sizes_at(step: CompiledStep) -> tuple[int, ...]:
    """The numbers of candidates to draw at a step: around every number by which its gate or its cut decides."""
    counted = [bound for _, bound in step.gate.count.conditions] if step.gate and step.gate.count else []
    taken = [take.best for take in step.keeps.takes if isinstance(take.best, int)] if step.keeps else []
    numbers = [*counted, *taken, *([sum(taken)] if taken else [])]
    around = {number + beside for number in numbers for beside in (-1, 0, 1, 2)}
    return tuple(sorted(number for number in around if 0 < number <= MOST))


@define
class CohortDraw(PathDraw):
    """Draws the events of many candidates: equal ones come to a step together, a few others follow other paths."""

    def draw_cohort(self) -> None:
        """Draw a selection: candidates apply, come to one step in a number around its gate or cut, and move on."""
        focuses = [step for step in self.machine.steps.values() if cohort_sizes_at(step)]
        focus = self.pick(focuses) if focuses and not self.chance(4) else None
        size = self.pick(cohort_sizes_at(focus)) if focus else self.pick(_FEW)
        path = self._draw_path_before(focus)
        alike = [f"c{number:02}" for number in range(1, size + 1)]
        facts = self.decode(self.draw_facts(path))
        for name in alike:
            self.send("apply", name, facts, by=None)
        others = [f"d{number}" for number in range(1, self.pick((0, 1, 2)) + 1)]
        for name in others:
            self.apply(name, self.draw_path())
        self._move_together([name for name in alike if name in self.selection], path)
        for name in others:
            if name in self.selection:
                self._move_on(name, self.pick((0, 1, 2)))
        if focus is not None:
            self._take_focus_step(focus, alike)
        self._draw_end(alike, others)

    def draw_path(self) -> Path:
        """Draw a path whose last leg may be any leg of the procedure."""
        every = weighted_legs(self.machine)
        if not every:
            return ()
        last: Leg = self.pick(every)
        return (*self.draw_path_to(last.origin), last)

    def draw_long_path(self) -> Path:
        """Draw a path to any leg and a few legs more; it may return to earlier states, but takes no leg twice."""
        path = self.draw_path()
        for _ in range(self.pick(range(4))):
            further = [leg for leg in legs_by_origin(self.machine)[path[-1].to] if leg not in path] if path else []
            if not further:
                break
            path = (*path, self.pick(further))
        return path

    def draw_path_to(self, state: str) -> Path:
        """Draw one of the shortest paths to a state."""
        backwards: list[Leg] = []
        while legs := nearest_legs(self.machine).get(state, ()):
            ordinary = [leg for leg in legs if leg.move in ("passed", "kept", "exempt")]
            backwards.append(self.pick(ordinary or legs) if not self.chance(4) else self.pick(legs))
            state = backwards[-1].origin
        return tuple(reversed(backwards))

    def _draw_path_before(self, step: CompiledStep | None) -> Path:
        if step is None:
            return self.draw_path()
        counts = step.gate.count.state if step.gate and step.gate.count and self.chance(2) else None
        return self.draw_path_to(counts or sorted(step.origins)[0])

    def _move_together(self, names: Sequence[str], path: Path) -> None:
        """Let all candidates follow a path together; each step with a cut is closed after all of them took it."""
        attempts, self.attempts = self.attempts, 0
        for leg in path:
            step = self.machine.steps.get(leg.step)
            if step is None or leg.move in ("lapsed", "stays", "exempt", "not_held"):
                if names:
                    self.take_leg(names[0], leg)
                continue
            present = [name for name in names if self.selection[name].state == leg.origin]
            for name in present:
                self.record(name, step, leg)
            if present and step.keeps is not None:
                self.close(step)
        self.attempts = attempts

    def _take_focus_step(self, step: CompiledStep, names: Sequence[str]) -> None:
        """Close the feeders of a step, and let all candidates at the step take it, with results that may tie."""
        for closed in self.machine.closings_before(step):
            if closed in self.machine.steps:
                self._withdraw_upstream(self.machine.steps[closed], names)
                self.close(self.machine.steps[closed])
            else:
                self.close_applications()
        present = [name for name in self.selection if self.selection[name].state in step.origins]
        if step.gate is not None and step.name not in self.selection.gates:
            return
        results = self._ranked_results(step.keeps, len(present), step) if step.keeps and present else []
        attempts, self.attempts = self.attempts, 0
        for index, name in enumerate(present):
            given = {key: values[index] for key, values in results}
            origin = self.selection[name].state
            own = [
                leg for leg in legs_by_origin(self.machine)[origin] if leg.step == step.name and leg.outcome is not None
            ]
            leg = self.pick(own) if own and self.chance(6) else self._passing_leg(step, origin)
            self.record(name, step, leg, **given)
        self.attempts = attempts
        self._withdraw_upstream(step, names)
        self.close(step)
        if present and self.chance(3):
            self.reconsider(self.pick(present))

    def _withdraw_upstream(self, step: CompiledStep, names: Sequence[str]) -> None:
        """Withdraw the other candidates that can still come to a step, because its closing would wait for them."""
        if self.chance(4):
            return
        for name in self.selection:
            case = self.selection[name]
            if name not in names and case.state in step.upstream and step.name not in case.pending:
                self.send("withdraw", name)

    def _passing_leg(self, step: CompiledStep, origin: str) -> Leg | None:
        found = [leg for leg in legs_by_origin(self.machine)[origin] if leg.step == step.name]
        return next((leg for leg in found if leg.move in ("kept", "passed")), None)

    def _ranked_results(self, keeps: Keeps, number: int, step: CompiledStep) -> list[tuple[str, list[Value]]]:
        """Results to rank by: all different, equal across the cut, or all equal."""
        own = [name for name in (*keeps.by, *keeps.tie_break) if name in step.records]
        taken = sum(take.best for take in keeps.takes if isinstance(take.best, int)) or 1
        found: list[tuple[str, list[Value]]] = []
        for name in own:
            ranking_values = self._descending_values(name, number)
            spread = self.pick(("astride", "apart", "equal", "astride"))
            if spread == "astride" and taken < number:
                first = max(0, taken - self.pick((1, 2)))
                ranking_values[first : taken + 1] = [ranking_values[taken]] * len(ranking_values[first : taken + 1])
            elif spread == "equal":
                ranking_values = [ranking_values[0]] * number
            found.append((name.removeprefix(f"{step.name}."), ranking_values))
        return found

    def _descending_values(self, name: str, number: int) -> list[Value]:
        """A number of values of a fact, the best first, around a drawn middle."""
        kind = self.machine.declared.facts[name].kind
        middle = self.pick([int(value) for value in self.fact_search.domain[name]] or [0])
        values: list[Value] = [
            value for value in range(middle + number, middle - number, -1) if is_value_of(kind, value)
        ]
        return [*values, *[values[-1]] * number][:number]

    # -- the end ------------------------------------------------------------------------------------------------

    def _move_on(self, name: str, most: int) -> None:
        """Let a candidate take a few drawn legs."""
        for _ in range(most):
            further = legs_by_origin(self.machine)[self.selection[name].state]
            if not further:
                return
            self.take_leg(name, self.pick(further))

    def _draw_end(self, alike: Sequence[str], others: Sequence[str]) -> None:
        """Let a few candidates move on; then close steps and let time pass."""
        for name in [*others, *alike[:3]]:
            if name in self.selection:
                self._move_on(name, self.pick((1, 2, 4)))
                if self.chance(4):
                    self.reconsider(name)
        if self.chance(2):
            self.close_all()
        if self.chance(2):
            self.expire()
        if self.draws_attempt():
            for name in self.selection:
                self.attempt_wrong_steps(self.selection[name])
