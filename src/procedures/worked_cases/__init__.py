"""Worked cases: facts and events beside the outcome that they must have; replayed by `run`."""
