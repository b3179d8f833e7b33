"""Other values, readings and scenarios beside the base, on the same candidates."""
