"""Audit to text. A reporter decides layout, never facts."""
