"""Many audits of one host: its services, one after the other, and one table of them."""
