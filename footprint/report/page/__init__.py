"""The audit as one page for a browser: a whole report without JavaScript, and pictures to look into with it.

Laws: one file that asks nothing of anybody. What is not ours is escaped where it is written, never before; scripts set
it as text, never as markup. Every figure is written by Python, or by the same rules from the same bytes.
"""
