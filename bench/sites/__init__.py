"""What the servers of the harvest rows answer, a module for each protocol."""

from collections.abc import Callable, Mapping

# Number -> one data set in the form of a protocol, as bytes.
Record = Callable[[int], bytes]
# (path, query) -> (media type, body).
Site = Callable[[str, Mapping[str, str]], tuple[str, bytes]]
