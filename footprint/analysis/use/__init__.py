"""Classification: the facts about one distribution, the rules, and the uses without an import."""
