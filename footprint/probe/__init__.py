"""Starts the user's application in the target interpreter and watches what its imports cost."""
