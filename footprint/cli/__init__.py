"""The command line: flags in, text and exit codes out. Nothing is decided here but layout and exit codes."""
