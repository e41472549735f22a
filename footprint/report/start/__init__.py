"""A measured start, for terminals and for viewers of profiles."""
