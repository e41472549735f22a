"""One router per file; `main` mounts them."""
