"""What can be said of one person: facts, three-valued rules, findings and their explanation.

Not the Django library of the same import name on PyPI; this package is part of `selection-procedures`.
"""
