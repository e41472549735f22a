"""Where the project says which of several alternatives it takes: in calls, in settings, in URLs, in commands."""
