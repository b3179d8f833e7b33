"""The comparison of two machines: which candidates end differently, and the events that show it."""
