"""The scanner: import statements without a syntax tree, many times faster than `walker`."""
