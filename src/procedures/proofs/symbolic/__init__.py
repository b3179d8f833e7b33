"""Sets of the facts that may be known of a candidate, as decision diagrams, and rules and scores over them."""
