"""Text: harmless, laid out, counted."""
