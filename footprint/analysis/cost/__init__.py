"""What the probe saw, attributed to distributions: memory, time, chains."""
