"""Exact answers for jointly normal models, to compare with simulated results."""

from procedures.simulation.exact.answer import Exact, NotAnalytic
from procedures.simulation.exact.solver import exact

__all__ = ["Exact", "NotAnalytic", "exact"]
