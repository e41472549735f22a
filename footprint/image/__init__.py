"""A container image: read layer by layer, joined to the metadata of the distributions in it, and told."""
