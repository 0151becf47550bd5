"""The desk of a competent body: its handlers and reviewers read requests there, and answer them."""
