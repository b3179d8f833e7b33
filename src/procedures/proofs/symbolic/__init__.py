"""Sets of what may be known of a person, as decision diagrams, and rules and scores over them."""
