"""Events drawn from a machine: boundary values, paths, facts that open a path, cohorts."""
