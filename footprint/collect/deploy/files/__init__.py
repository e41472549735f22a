"""The project's files as deploy files and commands name them: found in few folders, read within bounds."""
