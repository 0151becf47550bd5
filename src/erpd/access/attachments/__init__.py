"""Files that come with requests: checked when they come, only ever downloaded, gone with the request.

What a file is, we read from its content (``content``), never from its name or from what a browser says.
"""
