"""Competent bodies (Regulation (EU) 2022/868, Article 7): their pages, and which decides about a data set."""
