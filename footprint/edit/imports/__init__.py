"""Import statements that move into the functions that use them."""
