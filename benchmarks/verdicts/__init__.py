"""Does "fits" mean what a host does? Real applications near a limit, a judge that runs them, and our verdicts."""
