"""Files of events in, and what became of a selection out, as plain data."""

from procedures.records.events import Line, event_data, event_of, events_of, facts_of, read_events, read_facts
from procedures.records.run_report import move_data, report

__all__ = [
    "Line",
    "event_data",
    "event_of",
    "events_of",
    "facts_of",
    "move_data",
    "read_events",
    "read_facts",
    "report",
]
