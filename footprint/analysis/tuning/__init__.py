"""Which settings could help a command, how it is started with them, and which of them are worth it. Pure."""
