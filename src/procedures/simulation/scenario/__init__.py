"""Scenarios: reading scenario files strictly, and the values they contain."""
