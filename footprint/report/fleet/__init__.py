"""The services of a host: a row for each, and what all of them need."""
