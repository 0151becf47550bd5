"""A data owner's own portal: proposed, looked at, approved by the operator, then harvested."""
