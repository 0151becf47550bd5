"""The links of data sets: which there are, and what they answer when the worker tries them."""
