"""One stage of an audit alone, as rows of text or plain values."""
