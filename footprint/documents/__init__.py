"""Documents of a stranger as trees with lines: TOML and YAML, read so that no text ends the audit."""
