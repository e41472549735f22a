"""A tuning, laid out: what each setting takes, what is proposed, and the texts that are ready to be used."""
