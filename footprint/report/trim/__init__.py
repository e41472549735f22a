"""What `footprint trim` would change, laid out."""
