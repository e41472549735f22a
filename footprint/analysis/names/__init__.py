"""Names: which distribution an import name stands for. Pure."""
