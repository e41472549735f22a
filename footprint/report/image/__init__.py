"""A container image, and what two of them differ in."""
