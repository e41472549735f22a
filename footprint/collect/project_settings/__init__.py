"""What code of the project reads of settings: what it cannot do without, and between what they choose."""
