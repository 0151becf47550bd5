"""The addresses of the law, of competent bodies and their desks, and of "Can I get it?"."""

from django.urls import URLPattern, URLResolver, include, path, re_path

import erpd.access.reference  # noqa: F401  # the kind of parameter
from erpd.access.attachments.download import download
from erpd.access.bodies import pages as bodies
from erpd.access.enquiries import asking as enquiries
from erpd.access.enquiries import desk as enquiries_at_desk
from erpd.access.law_page import law_page
from erpd.access.letters import pages as letters
from erpd.access.personal_data import pages as my_data

_BODIES = [
    path("bodies/", bodies.bodies, name="all"),
    path("bodies/<slug:slug>/", bodies.body, name="body"),
    path("desk/bodies/", bodies.desk_bodies, name="desk"),
    path("desk/bodies/new/", bodies.desk_body, name="new"),
    path("desk/bodies/<slug:slug>/change/", bodies.desk_body, name="change"),
    path("owners/<slug:slug>/body/", bodies.own_body, name="own"),
]
_ENQUIRIES = [
    path("bodies/<slug:slug>/enquiry/", enquiries.ask, name="ask"),
    path("enquiries/<str:token>/", enquiries.confirm, name="confirm"),
    path("requests/enquiries/<str:token>/", enquiries.own, name="own"),
    path("bodies/<slug:slug>/desk/enquiries/", enquiries_at_desk.listing, name="list"),
    path("bodies/<slug:slug>/desk/enquiries/<int:key>/", enquiries_at_desk.one, name="one"),
]
_REQUESTS = [path("requests/attachments/<uuid:key>/", download, name="download")]
_MY_DATA = [
    path("requests/my-data/", my_data.my_data, name="page"),
    path("requests/my-data/my-data.zip", my_data.download, name="download"),
]
_LETTERS = [
    path("letters/<reference:reference>.pdf", letters.pdf, name="pdf"),
    path("letters/<reference:reference>/", letters.letter, name="page"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("requests/", include("erpd.access.asking.urls")),
    path("", include("erpd.access.can_i_get_it.urls")),
    re_path(r"^law/?$", law_page, name="law"),
    path(
        "",
        include(
            (
                [*_BODIES, path("bodies/<slug:slug>/desk/form/", include("erpd.access.bodies.form_urls"))],
                "bodies",
            )
        ),
    ),
    path("", include((_ENQUIRIES, "enquiries"))),
    path("bodies/<slug:slug>/desk/", include("erpd.access.handling.urls")),
    path("", include((_REQUESTS, "attachments"))),
    path("", include((_MY_DATA, "my-data"))),
    path("", include((_LETTERS, "letters"))),
    path("", include("erpd.access.decisions.urls")),
    path("api/requests/v1/", include("erpd.access.case_systems.urls")),
]
