"""Everything collected, by distribution: the one index that rules, findings and rows ask. Pure."""
