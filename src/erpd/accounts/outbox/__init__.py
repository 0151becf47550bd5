"""The outbox: mails are written with what they tell (``accounts.mails``), and sent from here."""
