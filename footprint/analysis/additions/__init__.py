"""What a candidate is, what would come with it, and what an installer means. Pure: no disk, no processes."""
