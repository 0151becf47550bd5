"""What every page shares: templates, tags, languages, labels, values, assets, translations."""
