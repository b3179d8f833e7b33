"""The obligations of every procedure: one for each step, rule, state and option concerned."""
