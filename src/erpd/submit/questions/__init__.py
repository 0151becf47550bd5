"""Questions of visitors about a data set, which go to the contact address of its owner."""
