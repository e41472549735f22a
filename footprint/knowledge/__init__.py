"""What the world is like: codes, servers, frameworks, groups, images, and the reader of `footprint/data`."""
