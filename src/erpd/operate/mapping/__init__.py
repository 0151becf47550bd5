"""Values that no authority table covers, and the maps that an operator makes for them."""
