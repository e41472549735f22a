"""Real applications from the package index, with adjudicated verdicts: `make test-real`."""
