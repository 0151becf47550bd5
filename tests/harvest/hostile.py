"""Documents that attack whoever reads them."""

import json

DCAT = "http://www.w3.org/ns/dcat#"


def chain(terms: int = 10_000) -> str:
    """JSON-LD whose context defines each term by the next: resolving the first overflows the stack."""
    context = {f"t{number}": f"t{number + 1}" for number in range(terms)}
    context[f"t{terms}"] = "http://x.example/p"
    return json.dumps(
        {"@context": context, "@id": "http://data.example/1", "@type": f"{DCAT}Dataset", "t0": "value"}
    )
