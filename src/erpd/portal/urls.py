"""The addresses of the pages. A final slash is optional."""

from django.urls import re_path

from erpd.portal import views
from erpd.portal.facet_page import facet_page
from erpd.portal.harvest_us import harvest_us, machines
from erpd.portal.known_places import favicon, robots, security
from erpd.portal.owners import owner
from erpd.portal.publishing import publishing
from erpd.portal.query_page import query_page
from erpd.portal.sitemap import part, sitemap
from erpd.portal.suggestions import suggestions
from erpd.publish.linked_data import KEY

app_name = "portal"

SCOPE = r"(?:(?P<name>protected|open)/|catalogues/(?P<catalogue>[a-zA-Z0-9_-]+)/)?"
SLUG = r"catalogues/(?P<name>[a-zA-Z0-9_-]+)/?"

urlpatterns = [
    re_path(r"^$", views.search, {"name": "all"}, name="search"),
    re_path(rf"^datasets/{KEY}/?$", views.data_set, {"name": "all"}, name="data-set"),
    re_path(r"^robots\.txt$", robots),
    re_path(r"^sitemap\.xml$", sitemap),
    re_path(r"^sitemaps/(?P<group>[0-9a-f]+|pages|all)\.xml$", part),
    re_path(r"^favicon\.ico$", favicon),
    re_path(r"^\.well-known/security\.txt$", security),
    re_path(r"^protected/?$", views.search, {"name": "protected"}, name="protected"),
    re_path(r"^open/?$", views.search, {"name": "open"}, name="open"),
    re_path(r"^catalogues/?$", views.catalogues, name="catalogues"),
    re_path(rf"^{SLUG}$", views.catalogue, name="catalogue"),
    re_path(rf"^{SCOPE}facets/(?P<facet>[a-z_]+)/?$", facet_page, name="facet"),
    re_path(rf"^{SCOPE}suggestions$", suggestions, name="suggestions"),
    re_path(r"^harvest-us/?$", harvest_us, name="harvest-us"),
    re_path(r"^machines/?$", machines),
    re_path(r"^publish/?$", publishing, name="publish"),
    re_path(r"^owners/(?P<slug>[A-Za-z0-9_-]+)$", owner, name="owner"),
    re_path(rf"^{SCOPE}query/?$", query_page, name="query"),
]
