"""How owners deliver their data sets: drafts, publication, withdrawal, and the APIs for them."""
