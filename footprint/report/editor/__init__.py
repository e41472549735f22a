"""What an editor shows of a line: figures beside it, and what is known of it when somebody asks."""
