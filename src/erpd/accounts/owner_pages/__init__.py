"""The pages of data owners: each is an address, its forms, one query or action; `acts` is what they share."""
