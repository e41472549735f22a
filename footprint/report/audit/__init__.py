"""An audit, in each format."""
