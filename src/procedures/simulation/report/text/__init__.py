"""Sentences of a report, in Dutch and English."""
