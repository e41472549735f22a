"""Where the project says which of several alternatives it takes: in calls, in settings, in URLs, in commands."""

from footprint.collect.choices.chosen import find_choices
from footprint.collect.choices.third_party_choosers import find_other_choices

__all__ = ["find_choices", "find_other_choices"]
