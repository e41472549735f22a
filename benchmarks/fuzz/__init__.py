"""A campaign of hostile inputs against the whole command: `python -m benchmarks.fuzz` runs it.

Every input is made from its seed, kind and number alone, so that each can be played again by itself.
"""
