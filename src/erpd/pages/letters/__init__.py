"""What people download as a PDF: a text in sections, set by a child process with limits."""
