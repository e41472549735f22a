"""What requirements would cost, laid out: each figure in a column of its own, and what stands behind it."""
