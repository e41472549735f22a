"""A check in words: for a terminal, a pull request, and the files that CI systems read."""
