"""What `footprint defer` would change, laid out."""
