"""The same seed gives the same answer to the last bit; and what a definition leaves alone keeps its luck."""

import json
import os
import signal
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path

import pytest
from attrs import evolve

from procedures import Procedure, loads
from procedures.simulation import Plan, Results, ScenarioFile, read_scenario, simulate
from procedures.simulation.engine.blocks import play_block
from procedures.simulation.engine.dask_cluster import cluster_executor
from procedures.simulation.engine.population import Population
from procedures.simulation.engine.random_streams import BLOCK
from procedures.simulation.scenario.model import Size

KORTRIJK = Path(__file__).parents[2] / "definitions" / "kortrijk"
SCENARIO_FILE = KORTRIJK / "coordinator-ontmoetingscentra.example.scenario.yaml"
FILE = read_scenario(SCENARIO_FILE)
MACHINE = FILE.procedure.machine
# Cohorts of uneven size, some of nobody; the last block is not full.
UNEVEN = evolve(FILE.scenario, size=Size(mean=4.0))
REPLICATIONS = 4 * BLOCK + 70


def text(results: Results) -> str:
    return json.dumps(results.plain())


def alone(**plan: object) -> str:
    return text(simulate(MACHINE, UNEVEN, Plan(**{"replications": REPLICATIONS, "seed": 7, **plan})))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def expected() -> str:
    return alone()


# -- the same to the last bit ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("chunk", [1, BLOCK, BLOCK + 1, 3 * BLOCK, 10**6])
def test_the_size_of_chunks_changes_no_number(chunk: int, expected: str) -> None:
    assert alone(chunk=chunk) == expected


def processes(count: int) -> Executor:
    return ProcessPoolExecutor(count, get_context("spawn"))


@pytest.mark.parametrize(("executor", "count"), [(ThreadPoolExecutor, 1), (ThreadPoolExecutor, 3), (processes, 2)])
def test_an_executor_changes_no_number(executor: Callable[[int], Executor], count: int, expected: str) -> None:
    with executor(count) as workers:
        found = simulate(MACHINE, UNEVEN, Plan(REPLICATIONS, 7, chunk=BLOCK), executor=workers)
    assert text(found) == expected


def test_a_precision_is_reached_at_the_same_replication_whatever_the_chunks() -> None:
    plan = Plan(20 * BLOCK, 7, precision=0.04)
    found = simulate(MACHINE, UNEVEN, plan)
    assert 2 * BLOCK <= found.replications < plan.replications
    with ThreadPoolExecutor(2) as workers:
        again = simulate(MACHINE, UNEVEN, evolve(plan, chunk=BLOCK), executor=workers)
    assert text(again) == text(found)


def test_no_more_is_handed_over_than_is_soon_awaited() -> None:
    handed = []

    class Counting(ThreadPoolExecutor):
        def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
            handed.append(None)
            return super().submit(fn, *args, **kwargs)

    done: list[int] = []

    def enough(count: int) -> None:
        done.append(count)
        raise KeyboardInterrupt

    with Counting(1) as workers:
        found = simulate(MACHINE, UNEVEN, Plan(10**9, 7, chunk=BLOCK), executor=workers, progress=enough)
    assert done == [BLOCK]
    assert len(handed) < 100
    assert found.partial


def test_an_interrupted_simulation_tells_what_it_has() -> None:
    seen: list[int] = []

    def interrupt(count: int) -> None:
        seen.append(count)
        if len(seen) == 2:
            raise KeyboardInterrupt

    with ThreadPoolExecutor(2) as workers:
        found = simulate(MACHINE, UNEVEN, Plan(REPLICATIONS, 7, chunk=BLOCK), executor=workers, progress=interrupt)
    whole = simulate(MACHINE, UNEVEN, Plan(2 * BLOCK, 7))
    assert found.partial
    assert text(evolve(found, partial=False)) == text(whole)


# Dask tells of the worker that it lost, and closes connections when it likes.
@pytest.mark.filterwarnings("ignore")
def test_a_cluster_survives_a_killed_worker_with_the_same_numbers() -> None:
    import psutil

    plan = Plan(40 * BLOCK, 7, chunk=BLOCK)
    seen: list[int] = []
    with cluster_executor(workers=2) as cluster:
        victim = cluster.submit(os.getpid).result()
        assert victim != os.getpid()

        def kill(count: int) -> None:
            seen.append(count)
            if len(seen) == 3:
                os.kill(victim, signal.SIGKILL)

        found = simulate(MACHINE, UNEVEN, plan, executor=cluster, progress=kill)
        ours = [psutil.Process(), *psutil.Process().children(recursive=True)]
        addresses: set[str] = set()
        for process in ours:
            with suppress(psutil.NoSuchProcess):  # a worker is just being replaced
                addresses |= {each.laddr.ip for each in process.net_connections("inet")}
        with suppress(psutil.NoSuchProcess):
            assert psutil.Process(victim).status() == psutil.STATUS_ZOMBIE
    assert addresses == {"127.0.0.1"}
    assert len(seen) == 40
    assert text(found) == text(simulate(MACHINE, UNEVEN, plan))


# -- more replications leave those before them as they are ----------------------------------------------------------


@pytest.mark.parametrize("size", [Size(3, 3), Size(2, 9), Size(mean=4.0)])
@pytest.mark.parametrize("few", [1, 37, BLOCK, BLOCK + 3])
def test_more_replications_leave_those_before_them_as_they_are(size: Size, few: int) -> None:
    scenario = evolve(FILE.scenario, size=size)
    one, more = (simulate(MACHINE, scenario, Plan(count, 7)).block for count in (few, 2 * BLOCK + 11))
    for name in ("size", "reached", "ended", "held", "sessions", "closed", "applied", "selected", "suited", "waited"):
        assert (getattr(more, name)[:few] == getattr(one, name)).all(), name


def test_another_seed_gives_other_numbers(expected: str) -> None:
    assert alone(seed=8) != expected


def test_every_result_tells_what_it_comes_from() -> None:
    plain = simulate(MACHINE, FILE.scenario, Plan(2, 7)).plain()
    assert (plain["seed"], plain["digest"], plain["scenario"]) == (7, MACHINE.digest, FILE.scenario.digest)


# -- what is left alone keeps its luck ------------------------------------------------------------------------------

DEFINITION = """
procedure: example/luck
title: Luck
facts:
  origin: {kind: choice, of: [inside, outside]}
  experience: {kind: duration, unit: months}
steps:
  screening: {from: applied, to: screened, passes: {experience: {at_least: 12 months}}}
  exam: {to: examined, records: {score: {kind: number, from: 0, to: 100}}, pass_mark: 50}
  talk: {to: reserve, records: {passed: {kind: flag}}}
reserve: {state: reserve}
"""
SCENARIO = """
scenario: luck
candidates: 20
facts:
  origin: {choice: {inside: 0.3, outside: 0.7}}
  experience: {gamma: {shape: 2, scale: 12}}
measures:
  exam.score: {mean: 55, sd: 12}
  talk.passed: {mean: 0.4}
behaviour: {no_show: {talk: 0.1}, withdraw: {screened: 0.1}}
selected: reserve
"""
ANOTHER_STEP = DEFINITION.replace("  exam:", "  writing: {to: written, records: {passed: {kind: flag}}}\n  exam:")
ANOTHER_FACT = DEFINITION.replace("steps:", "  licence: {kind: flag}\nsteps:")
A_GATE = DEFINITION.replace("to: examined,", "to: examined, held: {count: screened, more_than: 12},")


@pytest.fixture
def scenario_of(tmp_path: Path) -> Callable[[Procedure, str], ScenarioFile]:
    def read(procedure: Procedure, scenario: str) -> ScenarioFile:
        path = tmp_path / "luck.scenario.yaml"
        path.write_text(scenario, encoding="utf-8")
        return read_scenario(path, procedure)

    return read


Read = Callable[[Procedure, str], ScenarioFile]


def people_of(file: ScenarioFile) -> Population:
    people, _, _ = play_block(file.procedure.machine, file.scenario, 7, 0, 40, 0)
    return people


def same_luck(one: Population, other: Population, but: tuple[str, ...] = ()) -> None:
    shared = [name for name in one.table.columns if name in other.table.columns and name not in but]
    assert {"origin", "experience", "exam.score", "talk.passed"} - {*but} <= {*shared}
    assert one.table.select(shared).equals(other.table.select(shared))
    assert (one.cohort == other.cohort).all()
    assert (one.group == other.group).all()


@pytest.mark.parametrize(
    ("definition", "scenario"),
    [
        (ANOTHER_STEP, SCENARIO.replace("measures:", "measures:\n  writing.passed: {mean: 1}")),
        (ANOTHER_FACT, SCENARIO.replace("facts:", "facts:\n  licence: {flag: 0.5}")),
        (DEFINITION, SCENARIO.replace("measures:", "measures:\n  performance: {}")),
        (A_GATE, SCENARIO),
    ],
    ids=["another step", "another fact", "another measure", "a gate"],
)
def test_what_is_added_leaves_the_luck_of_the_rest_alone(definition: str, scenario: str, scenario_of: Read) -> None:
    before = people_of(scenario_of(loads(DEFINITION), SCENARIO))
    same_luck(before, people_of(scenario_of(loads(definition), scenario)))


def test_another_spread_of_one_fact_leaves_the_luck_of_the_others_alone(scenario_of: Read) -> None:
    procedure = loads(DEFINITION)
    other = SCENARIO.replace("shape: 2, scale: 12", "shape: 4, scale: 9")
    one, two = people_of(scenario_of(procedure, SCENARIO)), people_of(scenario_of(procedure, other))
    same_luck(one, two, but=("experience",))
    assert not one.table["experience"].equals(two.table["experience"])


def test_whoever_stays_home_under_one_gate_stays_home_under_another(scenario_of: Read) -> None:
    """Common random numbers: who is asked to the talk under both definitions comes to both or to neither."""
    gone = []
    for definition in (DEFINITION, A_GATE):
        file = scenario_of(loads(definition), SCENARIO)
        gone.append(play_block(file.procedure.machine, file.scenario, 7, 0, 40, 0)[1].cases)
    both = gone[0].has_been_in("examined") & gone[1].has_been_in("examined")
    assert both.any()
    for result in ("reserve", "rejected"):
        assert (gone[0].has_been_in(result)[both] == gone[1].has_been_in(result)[both]).all()
    assert (gone[0].state != gone[1].state).any()


def test_readings_are_compared_on_the_same_candidates() -> None:
    tables = []
    for option in ("best_15", "best_20"):
        procedure = FILE.procedure.with_reading("prescreening_keeps", option)
        tables.append(people_of(read_scenario(SCENARIO_FILE, procedure)).table)
    assert tables[0].equals(tables[1])


# -- what is drawn is rounded down ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("spread", "values"), [("{from: -3, to: 0}", {-3, -2, -1}), ("{from: 0, to: 3}", {0, 1, 2})])
def test_a_number_is_rounded_down_on_either_side_of_nothing(spread: str, values: set[int], scenario_of: Read) -> None:
    definition = DEFINITION.replace("steps:", "  points: {kind: number, from: -10, to: 10, step: 1}\nsteps:")
    scenario = SCENARIO.replace("facts:", f"facts:\n  points: {{uniform: {spread}}}")
    people = people_of(scenario_of(loads(definition), scenario))
    assert set(people.table["points"]) == values
