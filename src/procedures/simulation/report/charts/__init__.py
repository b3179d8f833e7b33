"""The pictures of a report as plain SVG."""
