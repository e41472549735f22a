"""New texts of the user's own files, or a refusal that says why. Pure: no disk, no processes."""
