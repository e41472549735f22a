"""The second look: what the first index leaves open, and where an answer may stand. Pure."""
