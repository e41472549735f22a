"""Import statements of one file, as `ImportSite` values."""
