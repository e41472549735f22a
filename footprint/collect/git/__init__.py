"""What git knows of a project: its commits, and what of its files is committed."""
