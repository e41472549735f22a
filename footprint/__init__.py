"""footprint: what every Python dependency weighs, costs and is used for. Public API below; the rest is private."""

__version__ = "0.1.0"
