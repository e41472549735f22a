"""What touches the disk: strangers' files are read here within bounds, and only here anything is written or removed.

Laws: a file of somebody else is read when it is a regular file of bounded size, and never waited for. What we write is
what the user named, whole or not at all. What we remove lies in a folder that we made, and no link is followed to it.
"""
