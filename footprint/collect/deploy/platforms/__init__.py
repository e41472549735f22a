"""Platforms: one file per kind of deploy file, each gives the commands and limits stated in it."""
