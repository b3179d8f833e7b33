"""The meaning of a procedure: the machine, events and cases, and what may follow what.

Imports `rules` and `errors` only.
"""
