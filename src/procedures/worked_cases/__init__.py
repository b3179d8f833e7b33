"""Worked cases: facts and events with the outcome that they must have; `run` replays them."""
