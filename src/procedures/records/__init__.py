"""Read files of events, and report the result of a selection as plain data."""

from procedures.records.events import (
    EventLine,
    event_data,
    parse_event,
    parse_events,
    parse_facts,
    read_events,
    read_facts,
)
from procedures.records.run_report import move_data, report

__all__ = [
    "EventLine",
    "event_data",
    "move_data",
    "parse_event",
    "parse_events",
    "parse_facts",
    "read_events",
    "read_facts",
    "report",
]
