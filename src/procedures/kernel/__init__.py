"""The meaning of a procedure: the machine, events and cases, and how an event moves a case.

Imports `rules` and `errors` only.
"""
