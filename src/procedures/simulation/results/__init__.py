"""What a simulation found: counts, estimates with their intervals, workload and the reserve's lifetime."""
