"""Tables that become cards on a narrow screen: `{% cards %}<table>…</table>{% endcards %}`."""

import re

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

register = template.Library()

# Of our own templates, in which ">" in a value is escaped.
_HEADING = re.compile(r'<th scope="col"[^>]*+>([^<]*+(?:<(?!/?th[ >])[^<]*+)*+)</th>')
_TAG = re.compile(r"<(table|thead|tbody|tr|th|td)\b([^<>]*+)>")
_ROLES = {"table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell"}


class _Cards(template.Node):
    def __init__(self, inside: NodeList) -> None:
        self.nodelist = inside

    def render(self, context: Context) -> SafeString:
        """Give each cell the heading of its column as ``data-label``, which the style sheet shows.

        What is no longer laid out as a table would not be read as one, so each part says its role.
        """
        text = self.nodelist.render(context)
        headings = [strip_tags(found).strip().replace(chr(34), "&quot;") for found in _HEADING.findall(text)]
        column = -1

        def told(found: re.Match[str]) -> str:
            nonlocal column
            name, attributes = found.groups()
            column = -1 if name == "tr" else column + 1
            if name == "th":
                role = "columnheader" if 'scope="col"' in attributes else "rowheader"
            else:
                role = _ROLES[name]
            label = ""
            if name == "td" and column < len(headings):
                label = f' data-label="{headings[column]}"'
            return f'<{name} role="{role}"{attributes}{label}>'

        return SafeString(_TAG.sub(told, text))


@register.tag
def cards(parser: Parser, _token: Token) -> _Cards:
    """All that is between this and ``endcards``: one table, with its headings in ``thead``."""
    inside = parser.parse(("endcards",))
    parser.delete_first_token()
    return _Cards(inside)
