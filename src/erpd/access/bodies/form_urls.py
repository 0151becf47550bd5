"""The addresses at which a body makes its form."""

from django.urls import path

from erpd.access.bodies import form_pages as making

urlpatterns = [
    path("", making.form, name="form"),
    path("preview/", making.preview, name="preview"),
    path("questions/", making.question, name="new-question"),
    path("questions/<str:key>/", making.question, name="question"),
    path("questions/<str:key>/condition/", making.condition, name="condition"),
    path("licences/", making.licence, name="new-licence"),
    path("licences/<str:key>/", making.licence, name="licence"),
]
