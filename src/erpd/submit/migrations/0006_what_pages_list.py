"""What the pages of a catalogue list: titles, words, numbers of findings, how it came."""

import zlib
from collections import Counter
from typing import Any

from django.db import migrations, models
from pyoxigraph import NamedNode, RdfFormat, parse

from erpd.metadata.graph import Graph
from erpd.metadata.record import Record
from erpd.metadata.storable import storable

_LONGEST_TITLE = 200
_MOST_TITLES = 50


def fill(apps: Any, _editor: Any) -> None:
    for one in apps.get_model("submit", "Delivery").objects.iterator(chunk_size=100):
        lines = zlib.decompress(one.content)
        graph = Graph(parse(lines, format=RdfFormat.N_TRIPLES, rename_blank_nodes=False, lenient=True))
        titles = Record(one.identifier, graph, NamedNode(one.iri)).title.by_language
        one.titles = {
            storable(language): storable(texts[0][:_LONGEST_TITLE])
            for language, texts in list(titles.items())[:_MOST_TITLES]
        }
        one.words = "\n".join((one.identifier, *one.titles.values())).casefold()
        severities = Counter(finding["severity"] for finding in one.findings)
        one.errors, one.warnings = severities["error"], severities["warning"]
        one.way = "ckan" if one.package else "api"
        one.save(update_fields=["titles", "words", "errors", "warnings", "way"])


class Migration(migrations.Migration):
    dependencies = [("submit", "0005_name_in_a_catalogue")]

    operations = [
        migrations.AddField("delivery", "titles", models.JSONField(default=dict)),
        migrations.AddField("delivery", "words", models.TextField(default="", editable=False)),
        migrations.AddField("delivery", "errors", models.PositiveIntegerField(default=0)),
        migrations.AddField("delivery", "warnings", models.PositiveIntegerField(default=0)),
        migrations.AddField(
            "delivery",
            "way",
            models.CharField(
                choices=[("page", "web page"), ("api", "delivery API"), ("ckan", "CKAN API")],
                default="api",
                max_length=4,
            ),
        ),
        migrations.AddIndex(
            "delivery",
            models.Index(fields=["catalogue", "modified", "id"], name="last_changed_deliveries"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
