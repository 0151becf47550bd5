"""The register itself: catalogues, data sets, versions, intake (the one way in), scope (the one way out)."""
