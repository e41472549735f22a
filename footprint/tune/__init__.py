"""The real command started again and again with other settings, to see which of them helps this application."""
