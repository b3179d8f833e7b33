"""A simulation at work: random streams, candidates drawn, blocks played in columns, and where they run."""
