"""A small retrieval backend: passages in, the nearest ones out, an Excel export, an upload form."""
