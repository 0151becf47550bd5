"""REST for the case system of a competent body: it reads its requests, writes, and decides, with a key."""
