"""What we keep about people who ask for access: for how long, how they get it, and how it goes."""
