"""What an editor shows of the audit that was stored last: a language server.

Laws: nothing is measured, started or written, whatever is typed. What an editor shows is a function of the stored audit
and of the text in the buffer: where the text is another than the one that was measured, it says so.
"""
