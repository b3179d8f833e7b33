"""Exact answers where the model is jointly normal, to stand beside the simulated ones: the door of this package."""

from procedures.simulation.analytic.answering import exact
from procedures.simulation.analytic.answers import Exact, NotAnalytic

__all__ = ["Exact", "NotAnalytic", "exact"]
