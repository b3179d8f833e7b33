"""What-if: other values, readings and scenarios compared with the base, on the same candidates."""
