"""The law in templates."""

from django import template

from erpd.access.law_words import cited

register = template.Library()
register.filter("cited", cited)
