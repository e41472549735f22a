"""An answer to a question about a fleet, laid out: the unit of a column stands in its name."""
