"""The gate: start again without a hook, read the baseline, judge; and the settings to begin with."""
