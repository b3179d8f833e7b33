"""The implementation of `procedures simulate`."""
