"""Nodes to a Definition: every key read as the tables of the language say, every problem with its position."""
