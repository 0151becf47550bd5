"""CKAN's action API, version 3, to be read by harvesters and by people's own tools (G5.2)."""

from erpd.publish.ckan_api.envelope import answer
from erpd.publish.door import Door

DOOR = Door(
    title="CKAN API 3",
    # With and without a version and a slash: clients of CKAN follow no redirects.
    patterns=(
        "api/3/action/<str:action>",
        "api/3/action/<str:action>/",
        "api/action/<str:action>",
        "api/action/<str:action>/",
        "api/3",
        "api/3/",
    ),
    answer=answer,
    conforms_to="https://docs.ckan.org/en/2.11/api/",
    to_try="api/3/action/package_search?rows=10",
    harvested_as="ckan",
    methods=("GET", "HEAD", "POST"),
    further={"Names of all data sets": "api/3/action/package_list"},
)
