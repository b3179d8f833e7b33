"""Exact answers where the model is jointly normal, to stand beside the simulated ones: the door of this package."""

from procedures.simulation.exact.answer import Exact, NotAnalytic
from procedures.simulation.exact.solver import exact

__all__ = ["Exact", "NotAnalytic", "exact"]
