"""Two machines beside each other: for whom they end differently, and the events that show it."""
