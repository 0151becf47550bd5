"""The memory: catalogues, data sets, versions, intake (the one door in), scope (the one door out)."""
