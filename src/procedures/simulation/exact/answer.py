"""An exact answer, or why there is none."""

from collections.abc import Mapping

from attrs import field, frozen

Plain = dict[str, object]


@frozen
class NotAnalytic:
    """There is no exact answer: a sentence says why."""

    reason: str

    def __str__(self) -> str:
        return self.reason


@frozen
class Exact:
    """
    What a simulation would come to with endlessly many replications.

    Chances are those of one who applies: `reached` to stand in a state at some time, `ended` to stand there at the
    end, `ratio` to be selected, in `groups` for members of each. `candidates` and `selected` are mean numbers;
    `gates` tells how often a gate is held. `success_ratio` is the share that would do well of those selected,
    `base_rate` of all, and `measures` has mean and standard deviation of each measure over those selected: None where
    nobody is, or nothing says what success is. `impacts` compares each group with the first.

    `error` bounds how far off `ratio` may be: what the integration was seen to leave, and what is lost where scores
    that are rounded, or kept within their range, are weighed together.
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
    def adverse(self) -> float | None:
        """The lowest of the ratios to the first group."""
        return min((each for each in self.impacts.values() if each is not None), default=None)

    def plain(self) -> Plain:
        """As JSON carries it, with the names that `simulate --json` has."""
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
            "adverse_impact": {"ratio": self.adverse},
            "error": self.error,
        }
