"""Reach: which files run, from which entry, and what they take of each other. Pure."""
