"""Other engines on the same road, each with the guards of `road.Person`; but for one they keep no history."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from candidate_path import EVENTS, FLOW, STATES, Person
from measurement import Job, NotMeasured


def stock(cases: int, **options: Any) -> Job:
    """`transitions` as its manual shows it: triggers on the model, conditions by name."""
    from transitions import Machine

    machine = Machine(model=None, states=[*STATES, "rejected"], initial="new", auto_transitions=False, **options)
    for trigger, origin, ways in FLOW:
        for guards, to in ways:
            before = "learn" if trigger == "apply" else None
            machine.add_transition(trigger, origin, to, conditions=list(guards), before=before)
    models: list[Any] = [Person() for _ in range(cases)]
    for model in models:
        machine.add_model(model)

    def play() -> None:
        for model in models:
            for name, facts, at, by in EVENTS:
                getattr(model, name)(facts, at=at, by=by)

    return Job(cases * len(EVENTS), play, lambda: {model.state for model in models})


def stock_with_history(cases: int) -> Job:
    """The same, and each model notes how it moved, as a service would have it do."""
    return stock(cases, before_state_change="leave", after_state_change="note")


def python_statemachine(cases: int) -> Job | NotMeasured:
    """`python-statemachine`: a class of states and events, conditions by name on the model."""
    if find_spec("statemachine") is None:
        return NotMeasured("python-statemachine is not installed")
    from statemachine import State, StateMachine

    states = {name: State(initial=name == "new", final=name in ("hired", "rejected")) for name in (*STATES, "rejected")}
    body: dict[str, Any] = dict(states)
    for trigger, origin, ways in FLOW:
        on = "learn" if trigger == "apply" else None
        made = [states[origin].to(states[to], cond=list(guards), on=on) for guards, to in ways]
        body[trigger] = made[0] if len(made) == 1 else _either(made)
    road = type("Road", (StateMachine,), body)
    machines = [road(model=Person()) for _ in range(cases)]

    def play() -> None:
        for machine in machines:
            for name, facts, at, by in EVENTS:
                machine.send(name, facts=facts, at=at, by=by)

    return Job(cases * len(EVENTS), play, lambda: {machine.model.state for machine in machines})


def _either(made: list[Any]) -> Any:
    found = made[0]
    for other in made[1:]:
        found = found | other
    return found


def sismic(cases: int) -> Job | NotMeasured:
    """`sismic`: a statechart, an interpreter a case, guards and actions as code over its context."""
    if find_spec("sismic") is None:
        return NotMeasured("sismic is not installed")
    from sismic.interpreter import Interpreter
    from sismic.io import import_from_yaml
    from sismic.model import Event

    chart = import_from_yaml(_chart())
    charts = []
    for _ in range(cases):
        interpreter = Interpreter(chart, initial_context={"case": Person()})
        interpreter.execute_once()
        charts.append(interpreter)

    def play() -> None:
        for interpreter in charts:
            for name, facts, at, by in EVENTS:
                interpreter.queue(Event(name, facts=facts, at=at, by=by)).execute()

    return Job(cases * len(EVENTS), play, lambda: {interpreter.configuration[-1] for interpreter in charts})


def _chart() -> str:
    """The flow as a statechart; its guards exclude each other, as sismic asks."""
    lines = ["statechart:", "  name: road", "  root state:", "    name: root", "    initial: new", "    states:"]
    for state in (*STATES, "rejected"):
        lines.append(f"      - name: {state}")
        leaving = [(trigger, ways) for trigger, origin, ways in FLOW if origin == state]
        lines += ["        transitions:"] if leaving else []
        for trigger, ways in leaving:
            earlier: list[str] = []
            for guards, to in ways:
                asked = " and ".join(f"case.{guard}(event.facts, event.at, event.by)" for guard in guards)
                guard = " and ".join([*([asked] if asked else []), *(f"not ({each})" for each in earlier)])
                lines += [f"          - event: {trigger}", f"            target: {to}"]
                lines += [f"            guard: {guard}"] if guard else []
                if trigger == "apply":
                    lines.append("            action: case.learn(event.facts, event.at, event.by)")
                earlier += [asked] if asked else []
    return "\n".join(lines)


PEERS: dict[str, Callable[[int], Job | NotMeasured]] = {
    "transitions": stock,
    "transitions, noting its moves": stock_with_history,
    "python-statemachine": python_statemachine,
    "sismic": sismic,
}
