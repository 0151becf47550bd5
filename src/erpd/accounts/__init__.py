"""Who people are, for which data owners they act, and what each may do."""
