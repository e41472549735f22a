"""The requirement graph: (distribution, extra) nodes, and what each line holds."""
