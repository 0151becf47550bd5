"""Tables that become cards: each cell has the heading of its column, each part says what it is."""

from django.template import engines
from lxml import html

TABLE = """{% load tables %}{% cards %}<table>
<thead><tr>
<th scope="col">Data set</th>
<th scope="col"><span class="erpd-sr">Say "when"</span></th></tr></thead>
<tbody>{% for one in rows %}<tr>
<th scope="row" class="x">{{ one }}</th><td id="y">{{ one }}</td><td></td></tr>
{% endfor %}</tbody></table>{% endcards %}"""


def test_each_cell_has_the_heading_of_its_column_whatever_it_says() -> None:
    bad = '<td a="> & </table>'
    text = engines["django"].from_string(TABLE).render({"rows": ["one", bad]})
    page = html.fromstring(text)
    assert page.get("role") == "table"
    assert page.xpath("count(.//tr[@role='row'])") == 3
    assert [each.get("role") for each in page.xpath(".//th")] == ["columnheader"] * 2 + ["rowheader"] * 2
    cells = page.xpath(".//td")
    assert [(each.get("role"), each.get("data-label")) for each in cells] == [
        ("cell", 'Say "when"'),
        ("cell", None),
    ] * 2
    assert [each.text for each in cells] == ["one", None, bad, None]
