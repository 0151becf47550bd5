"""The delivery API, ``/api/v1``: the Netherlands' Aanlever-API 0.9.0 with its paths, states, codes, and more.

It knows keys and the tokens made with them, no sessions, no cookies: a form elsewhere has nothing to forge.
"""
