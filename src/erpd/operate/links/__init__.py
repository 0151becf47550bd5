"""The links of data sets as people see them: which work, which lead nowhere, and since when."""
