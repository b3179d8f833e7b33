"""The exact answer, or the reason why there is none."""

from collections.abc import Mapping

from attrs import field, frozen

Plain = dict[str, object]


@frozen
class NotAnalytic:
    """There is no exact answer; `reason` is a sentence."""

    reason: str

    def __str__(self) -> str:
        return self.reason


@frozen
class Exact:
    """
    The limit of the simulated results for infinitely many replications.

    Chances are per applicant: `reached` to be in a state at some time, `ended` to be in it at the end, `ratio` to be
    selected; `groups` has the ratio of each group. `candidates` and `selected` are mean numbers; `gates` has the chance
    that a gate is held. `success_ratio` is the share of the selected candidates who would do well, `base_rate` the
    share of all candidates; both are None where no success is defined. `measures` has the mean and standard deviation
    of each measure over the selected candidates. Values over the selected candidates are None where nobody is selected.
    `impacts` is the ratio of each group to the first group.

    `error` bounds the error of `ratio`: the observed error of the integration, plus the error of treating rounded or
    limited scores in weighted sums as exact.
    """

    candidates: float
    selected: float
    ratio: float
    reached: Mapping[str, float]
    ended: Mapping[str, float]
    gates: Mapping[str, float]
    success_ratio: float | None
    base_rate: float | None
    measures: Mapping[str, tuple[float | None, float | None]]
    groups: Mapping[str, float]
    impacts: Mapping[str, float | None] = field(factory=dict)
    error: float = 0.0

    @property
    def lowest_impact(self) -> float | None:
        """The lowest of the ratios to the first group."""
        return min((each for each in self.impacts.values() if each is not None), default=None)

    def plain(self) -> Plain:
        """The answer as JSON data, with the names of `simulate --json`."""
        return {
            "candidates": {"mean": self.candidates},
            "reached": {name: {"mean": chance * self.candidates} for name, chance in self.reached.items()},
            "ended": {name: {"mean": chance * self.candidates} for name, chance in self.ended.items()},
            "gates": {name: {"held": chance} for name, chance in self.gates.items()},
            "selected": {
                "mean": self.selected,
                "ratio": self.ratio,
                "success_ratio": self.success_ratio,
                "base_rate": self.base_rate,
                "measures": {name: {"mean": mean, "sd": sd} for name, (mean, sd) in self.measures.items()},
            },
            "groups": {name: {"selected_ratio": ratio} for name, ratio in self.groups.items()},
            "adverse_impact": {"ratio": self.lowest_impact},
            "error": self.error,
        }
