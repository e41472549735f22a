"""The join: collected facts to one `Audit`. Pure."""
