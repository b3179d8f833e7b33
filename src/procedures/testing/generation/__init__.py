"""Events drawn from a machine: boundary values, paths, people for whom a path is open, cohorts."""
