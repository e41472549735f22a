"""Pure joins over collected facts: no disk, no processes, no clock, no environment."""
