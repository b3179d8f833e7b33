"""Results of a simulation: counts, estimates with intervals, jury workload and the lifetime of the reserve."""
