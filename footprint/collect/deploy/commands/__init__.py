"""Commands: what a line of shell starts, with how many processes, and which files complete it."""
