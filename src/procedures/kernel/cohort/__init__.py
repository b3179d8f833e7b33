"""Decisions for all candidates of a selection together: closings, rankings, queues and the reserve."""
