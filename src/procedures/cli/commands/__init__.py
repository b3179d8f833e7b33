"""One file a command: its arguments, its help, and what it does with them."""
