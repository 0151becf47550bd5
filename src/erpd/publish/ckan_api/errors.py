"""Why a request gets no result, as CKAN says it."""

from typing import Any


class Refused(Exception):
    """An error with CKAN's name, a status, and a sentence for people who read the log of a harvester."""

    status = 409
    kind = "Validation Error"

    def __init__(self, message: str, **fields: list[Any]) -> None:
        super().__init__(message)
        self.fields = fields

    def as_dict(self) -> dict[str, Any]:
        """The ``error`` of the answer."""
        said: dict[str, Any] = {**self.fields} or {"message": str(self)}
        return {**said, "__type": self.kind}


class NotFound(Refused):
    """It is not here, or may not be seen."""

    status, kind = 404, "Not Found Error"


class Forbidden(Refused):
    """Whoever asks may not do this."""

    status, kind = 403, "Authorization Error"


class BadQuery(Refused):
    """A parameter that the search does not know, or with a value that it cannot take."""

    status, kind = 400, "Search Query Error"


class BadSearch(Refused):
    """A question that cannot be read."""

    status, kind = 409, "Search Error"


class BadRequest(Exception):
    """A request that is not one of the action API. The answer is a bare string, as CKAN's is."""
