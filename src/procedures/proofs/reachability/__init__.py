"""The reachable states of a case, the paths that lead to them, and the histories that show the paths."""
