"""The write side of CKAN's action API, at the addresses of its read side: data sets are delivered by it."""
