"""What an application can hold when it is ready that a fork of it does not bear: for check_hazards.py."""
