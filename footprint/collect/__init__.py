"""Everything that reads disk or asks the target interpreter. Its modules do not know each other."""
