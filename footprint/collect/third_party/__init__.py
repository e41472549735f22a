"""Reads installed third-party code: what would load late, and what asks for a given name."""
