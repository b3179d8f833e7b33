"""The simulation engine: random streams, drawn candidates, blocks played in columns, and parallel execution."""
