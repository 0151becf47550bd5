"""What the REST APIs with keys share: who asks, by which method, and problem details (RFC 9457)."""
