"""Publishers are told by mail what to put right in their own data sets, if their source has agreed."""
