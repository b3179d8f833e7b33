"""One simulated candidate looked at closely: drawn again, and gone the road again by `run`, with every reason."""

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
    A candidate of a replication: the group and measures that were drawn, and the case as `run` has it.

    `selection` holds all candidates of that replication, so that ranks and gates can be told; `refused` are the events
    of the candidate that were refused.
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
        """As data; the case is told as `run --json` tells it."""
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
    A candidate, by the number of the replication and its own in it, both from 0.

    Raises:
        UsageError: so many did not apply to that replication.
    """
    block, place = divmod(replication, BLOCK)
    # Draws come in the order of the replications, so that those after this one need not be made.
    people, gone, _ = play_block(file.procedure.machine, file.scenario, seed, block, place + 1, block * BLOCK)
    rows = np.flatnonzero(people.cohort == place)
    if not 0 <= candidate < len(rows):
        told = f"its candidates are numbered from 0 to {len(rows) - 1}" if len(rows) else "nobody applied to it"
        raise UsageError(f"replication {replication} has no candidate {candidate}: {told}")
    row = int(rows[candidate])
    name = gone.name(row)
    selection, refused = run(file.procedure, gone.events(place))
    return Trace(
        seed,
        replication,
        candidate,
        name,
        file.scenario.groups[int(people.group[row])].name,
        {measure: float(values[row]) for measure, values in people.measures.items()},
        selection,
        tuple(each for each in refused if each.event.candidate == name),
    )
