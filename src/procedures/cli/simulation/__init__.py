"""What `procedures simulate` does with its arguments."""
