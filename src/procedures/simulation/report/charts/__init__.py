"""Pictures of a report as plain SVG."""
