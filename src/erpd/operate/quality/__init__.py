"""The quality of the description of a data set: the MQA, and beside it the score for protected data."""
