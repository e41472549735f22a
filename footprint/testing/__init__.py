"""What the pytest plugin does once it is asked to do something. `footprint.pytest_plugin` loads it, nothing else."""
