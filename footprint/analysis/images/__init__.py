"""Layers laid over each other, and whose bytes they hold. Pure: what was read in, a report out."""
