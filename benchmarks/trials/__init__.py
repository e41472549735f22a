"""What bench_trials.py holds trials against: real applications with their own tests, in copies that are changed."""
