"""Read the nodes of a file into a Definition, as the tables of the language describe the keys."""
