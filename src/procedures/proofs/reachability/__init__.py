"""Everywhere a case can stand, the paths that lead there, and the histories that show them."""
