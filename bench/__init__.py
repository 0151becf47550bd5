"""The speeds promised, each as a ratio to something timed in the same run (docs/bench.md)."""
