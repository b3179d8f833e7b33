"""What is asked of every procedure: its obligations, one for each step, rule, state and option concerned."""
