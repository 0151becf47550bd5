"""How people sign in: django-allauth in our pages, with our mails and a second factor."""
