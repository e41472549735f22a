"""What one run is to do: the settings there are, read from pyproject.toml, overruled by flags."""
