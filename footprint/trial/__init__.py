"""Advice that is tried: a real change in a shadow of environment and project, started, compared, thrown away."""
