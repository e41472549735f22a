"""The projects of a fleet: a row for each, and what failed."""
