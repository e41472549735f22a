"""One stage of an audit alone."""
