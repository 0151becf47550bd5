"""What changes people, owners, agreements: keyword-only, atomic, each writes its deed and its mails.

Each action first asks ``may`` whether ``who`` may do it. It raises Http404 or PermissionDenied if not,
Refusal if it cannot be done as things are, ValidationError if a value is unfit.
"""
