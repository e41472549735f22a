"""What runs inside the target interpreter: standard library only, Python 3.8 syntax, imports nothing of ours.

These files are never imported by footprint; the target runs `recorder.py` and compiles its neighbours on demand.
"""
