"""The coordinator's road as others would write it, for candidates whose facts and luck were drawn beforehand.

SimPy lets every candidate be a process, and an officer one who decides on the prescreening. Ciw knows queues and who is
sent where by chance: it can say a row of hurdles, and neither a gate on a count nor who is among the best.
"""

from collections import Counter
from collections.abc import Generator, Iterable, Mapping, Sequence
from typing import Any, Final

from candidate_path import LEVELS

Person = Mapping[str, Any]

_DAYS: Final = {"screening": 10, "prescreening": 12, "capacity_test": 14, "speed_interview": 20, "combined": 25}


def admitted(person: Person) -> bool:
    if person["candidate_type"] == "external":
        return bool(person["leadership_experience"] >= 24)
    of_level_b = person["service_seniority"] >= 12 and person["grade_level"] >= LEVELS[1:].index("B")
    return bool(person["contract"] == "permanent" and (of_level_b or person["level_c_seniority"] >= 12))


# -- SimPy --------------------------------------------------------------------------------------------------------


def with_simpy(cohorts: Iterable[Sequence[Person]]) -> Counter[str]:
    """Where the candidates of some cohorts end, each cohort in an environment of its own."""
    import simpy

    ends: Counter[str] = Counter()
    for people in cohorts:
        env = simpy.Environment()
        screened: list[Person] = []
        kept = env.event()
        env.process(_officer(env, screened, kept))
        gone = [env.process(_candidate(env, person, screened, kept)) for person in people]
        env.run()
        ends.update(process.value for process in gone)
    return ends


def _officer(env: Any, screened: list[Person], kept: Any) -> Generator[Any, Any, None]:
    yield env.timeout(_DAYS["prescreening"])
    cut = -1
    if len(screened) > 15:
        cut = sorted((person["prescreening.score"] for person in screened), reverse=True)[14]
    kept.succeed(cut)


def _candidate(env: Any, person: Person, screened: list[Person], kept: Any) -> Generator[Any, Any, str]:
    yield env.timeout(_DAYS["screening"])
    if not admitted(person):
        return "rejected"
    screened.append(person)
    if person["prescreening.score"] < (yield kept):
        return "rejected"
    if person["diploma_level"] < LEVELS.index("B"):
        yield env.timeout(_DAYS["capacity_test"] - env.now)
        if person["lapse capacity_test"] or not person["capacity_test.passed"]:
            return "rejected"
    if person["withdraw tested"]:
        return "withdrawn"
    yield env.timeout(_DAYS["speed_interview"] - env.now)
    if person["no_show speed_interview"]:
        return "tested"
    if not person["speed_interview.passed"]:
        return "rejected"
    yield env.timeout(_DAYS["combined"] - env.now)
    if not person["combined.passed"]:
        return "rejected"
    return "hired" if person["offer.accepted"] else "reserve"


# -- Ciw ----------------------------------------------------------------------------------------------------------

HURDLES: Final = {"test": 0.7, "interview": 0.5, "assessment": 0.6}


def with_ciw(cohorts: int, size: int, seed: int) -> Counter[str]:
    """How many of some cohorts pass every hurdle and how many do not: each hurdle a node that nobody waits for."""
    import ciw

    chances, nodes = [*HURDLES.values()], len(HURDLES) + 1  # the last node is the reserve
    routes = [[chance if to == at + 1 else 0.0 for to in range(nodes)] for at, chance in enumerate([*chances, 0.0])]
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential([0, float("inf")]), *[None] * (nodes - 1)],
        batching_distributions=[ciw.dists.Deterministic(size), *[ciw.dists.Deterministic(1)] * (nodes - 1)],
        service_distributions=[ciw.dists.Deterministic(1)] * nodes,
        routing=routes,
        number_of_servers=[float("inf")] * nodes,
    )
    ends: Counter[str] = Counter()
    for number in range(cohorts):
        ciw.seed(seed + number)
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_time(nodes + 1)
        last = [record.node for record in simulation.get_all_records() if record.destination == -1]
        ends.update("reserve" if node == nodes else "rejected" for node in last)
    return ends
