"""The table of use cases: tiny projects with the class that a careful engineer would give, one module per clause group.

`CLAUSES` of each module maps a clause to its rows; a row whose name begins with "noop:" looks alike and must not count.
"""
