"""What `procedures screen` does with its arguments."""
