"""A trial, laid out: what holds, what breaks and where, what was measured."""
