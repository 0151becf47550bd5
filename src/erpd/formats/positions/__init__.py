"""Where a document says what it says: line and column of each subject and each statement, in every syntax.

No parser that we know tells this, so the document is read once more, and only if there is something to show.
"""
