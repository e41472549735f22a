"""The frozen values that travel between the wings: facts in, one `Audit` out."""
