"""The addresses of those who ask for access."""

from django.urls import path

import erpd.access.reference  # noqa: F401  # the kind of parameter
from erpd.access.asking.answering import answers, part_answers
from erpd.access.asking.beginning import follow, new, new_link
from erpd.access.asking.drafting import mine, request_page
from erpd.access.asking.parts import part_page
from erpd.access.asking.sending import send, send_part

app_name = "asking"

urlpatterns = [
    path("", mine, name="mine"),
    path("new", new, name="new"),
    path("link/", new_link, name="new-link"),
    path("link/<str:token>/", follow, name="follow"),
    path("parts/<reference:reference>/", part_page, name="part"),
    path("parts/<reference:reference>/answers/", part_answers, name="part-answers"),
    path("parts/<reference:reference>/send/", send_part, name="part-send"),
    path("<uuid:key>/", request_page, name="request"),
    path("<uuid:key>/answers/", answers, name="answers"),
    path("<uuid:key>/send/", send, name="send"),
]
