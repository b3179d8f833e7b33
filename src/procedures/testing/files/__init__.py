"""Checks of definition files, their worked cases and scenarios, and what those cases cover."""
