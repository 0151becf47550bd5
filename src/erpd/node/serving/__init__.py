"""The HTTP server of a node: waitress, with limits on clients that are slow, gone, too big or too many.

One loop reads every request, head and body, and sends every answer; a few threads work the requests out. So
no thread waits for a client (docs/decisions/0022-waitress.md).
"""
