"""How people get at data: the law and its limits, the bodies that decide, whether somebody can get it."""
