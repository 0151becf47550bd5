"""The addresses of questions."""

from django.urls import path

from erpd.submit.questions.pages import asking, confirming, listing

app_name = "questions"

urlpatterns = [
    path("datasets/<uuid:key>/question/", asking, name="ask"),
    path("questions/<str:token>/", confirming, name="confirm"),
    path("owners/<slug:slug>/questions/", listing, name="list"),
]
