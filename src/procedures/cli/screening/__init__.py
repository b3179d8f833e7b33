"""The implementation of `procedures screen`."""
