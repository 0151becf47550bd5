"""``/metrics``: figures of the node for Prometheus."""
