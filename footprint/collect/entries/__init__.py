"""Where the application starts: entries as given, as start commands state them, or by the names people use.

Nothing is imported: whether a module binds `app` is read, not tried.
"""
