"""A scenario: its file, read strictly, and the values it stands for."""
