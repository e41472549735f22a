"""What a set of changes would free, told without a trial."""
