"""The runs at the desk: what each one brought, record by record, with the reasons."""
