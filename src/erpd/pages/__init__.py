"""What all pages share: templates, tags, languages, labels, values, assets, translations."""
