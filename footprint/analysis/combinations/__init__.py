"""What sets of suggestions free together: the graphs of it, and what they answer. Pure."""
