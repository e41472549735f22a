"""The whole audit, and its stages alone. Nothing is loaded here: `imports` needs little of it."""
