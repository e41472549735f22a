"""What is wrong with declarations and comments, as findings. Pure."""
