"""The trace of one simulated candidate: the candidate is drawn again and replayed by `run`, with every reason."""

from collections.abc import Mapping

import numpy as np
from attrs import field, frozen

from procedures.errors import UsageError
from procedures.kernel.cases import Case, Refused
from procedures.records.run_report import report
from procedures.selection import Selection, run
from procedures.simulation.engine.blocks import play_block
from procedures.simulation.engine.random_streams import BLOCK
from procedures.simulation.results.model import Plain
from procedures.simulation.scenario.reader import ScenarioFile


@frozen(eq=False)
class Trace:
    """
    A candidate of a replication: the drawn group and measures, and the case as `run` computes it.

    `selection` holds all candidates of that replication, so that ranks and gates can be shown. `refused` holds the
    refusals of the candidate's events.
    """

    seed: int
    replication: int
    number: int
    candidate: str
    group: str
    measures: Mapping[str, float]
    selection: Selection
    refused: tuple[Refused, ...] = field(default=())

    @property
    def case(self) -> Case:
        return self.selection[self.candidate]

    def plain(self) -> Plain:
        """The trace as JSON data; the case has the form of `run --json`."""
        whole = report(self.selection, ())
        candidates = whole["candidates"]
        assert isinstance(candidates, dict)
        return {
            "procedure": whole["procedure"],
            "digest": whole["digest"],
            "readings": whole["readings"],
            "seed": self.seed,
            "replication": self.replication,
            "candidate": self.number,
            "group": self.group,
            "measures": dict(self.measures),
            "gates": whole["gates"],
            "case": candidates[self.candidate],
            "refused": [
                {"event": each.event.name, "code": each.code, "message": each.message("en")} for each in self.refused
            ],
        }


def trace(file: ScenarioFile, seed: int, replication: int, candidate: int) -> Trace:
    """
    The trace of a candidate. `replication` and `candidate` (the number within the replication) count from 0.

    Raises:
        UsageError: the replication has no candidate with that number.
    """
    block, place = divmod(replication, BLOCK)
    # Draws are made in the order of the replications, so the replications after this one are not drawn.
    population, cohorts, _ = play_block(file.procedure.machine, file.scenario, seed, block, place + 1, block * BLOCK)
    rows = np.flatnonzero(population.cohort == place)
    if not 0 <= candidate < len(rows):
        problem = f"its candidates are numbered from 0 to {len(rows) - 1}" if len(rows) else "nobody applied to it"
        raise UsageError(f"replication {replication} has no candidate {candidate}: {problem}")
    row = int(rows[candidate])
    name = cohorts.name(row)
    selection, refused = run(file.procedure, cohorts.events(place))
    return Trace(
        seed,
        replication,
        candidate,
        name,
        file.scenario.groups[int(population.group[row])].name,
        {measure: float(values[row]) for measure, values in population.measures.items()},
        selection,
        tuple(each for each in refused if each.event.candidate == name),
    )
