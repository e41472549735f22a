"""Lines of requirement files: left out, moved, or asked for with fewer extras, and nothing else changed by a byte.

Laws: text and changes in, the new text out, and for each change that was not made its reason. Every edit is checked by
reading the text again: what it declares is what was declared, less what was asked for. If not, the file is left alone.
"""
