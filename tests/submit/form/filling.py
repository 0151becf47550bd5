"""Pages of the form as a browser without JavaScript sees and sends them."""

from typing import Any

from django.test import Client
from lxml import html

Fields = dict[str, str]


def fields_of(content: bytes) -> Fields:
    """What a browser sends of the form of a page that nobody has touched (HTML, 4.10.21.4)."""
    page = html.fromstring(content.decode())
    (form,) = page.xpath("//form[@id='the-form']")
    found: Fields = {}
    for one in form.xpath(".//input | .//textarea | .//select"):
        name, kind = one.get("name"), one.get("type", "text")
        if kind in ("checkbox", "radio"):
            if one.get("checked") is not None:
                found[name] = one.get("value")
        elif one.tag == "select":
            chosen = one.xpath("./option[@selected]") or one.xpath("./option")[:1]
            found[name] = (
                (chosen[0].get("value") if "value" in chosen[0].attrib else chosen[0].text) if chosen else ""
            )
        elif one.tag == "textarea":
            found[name] = (one.text or "").removeprefix("\n").replace("\r", "").replace("\n", "\r\n")
        else:
            found[name] = (one.get("value") or "").replace("\n", "").replace("\r", "")
    return found


def opened(client: Client, path: str) -> Fields:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return fields_of(answer.content)


def save(
    client: Client, path: str, changes: Fields | None = None, *, follow: bool = False, **more: str
) -> Any:
    """Open a page, change some of it, send it."""
    return client.post(path, opened(client, path) | (changes or {}) | {"do": "save"} | more, follow=follow)


def text_of(answer: Any) -> str:
    return " ".join(html.fromstring(answer.content.decode()).find("body/main").text_content().split())
