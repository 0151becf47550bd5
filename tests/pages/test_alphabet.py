"""Lists are in the order of the reader's alphabet."""

import random

import pytest

from erpd.pages.alphabet import alphabetical
from erpd.pages.languages import EU_LANGUAGES


@pytest.mark.parametrize(
    ("language", "ordered"),
    [
        ("en", "2 Angstrom Élan Elbe Øst Ozean zoo Αθήνα Банка"),
        ("de", "Aal Ägypten Apfel Oder Öl Ort Straße Strauß Zug"),
        ("fr", "cote coté côte été Eure œuf ouest"),
        ("sv", "Abisko Visby Yxa Zink Åland Ängel Öland Ørsted"),
        ("da", "Abe Zebra Ærø Ødis Aalborg Århus"),
        ("fi", "Vaasa Wien Yli Ziggy Åbo Äänekoski Öljy"),
        ("et", "Saare Šveits Zoo Žanr Tartu Valga Õpe Ämari Öö Ülo Xena"),
        ("cs", "Cech Čech Duha Hora Chomutov Ivan Rok Řeka Škola Zima Žito"),
        ("sk", "Auto Älpy Banka Hora Chata Ilava Oko Ôsma Pero"),
        ("hu", "Cukor Csaba Dél Dzéta Dzsem Eger Óbuda Olaj Öböl Sopron Szeged Tata Tyúk Zala Zseb"),
        ("pl", "Audi Ądel Bank Cap Ćma Lew Łódź Mapa Zamek Źródło Żaba"),
        ("hr", "Cres Čakovec Ćuprija Dubrovnik Džep Đakovo Luka Ljubuški Nin Njivice Osijek"),
        ("es", "Nube Ñandú Oca"),
        ("ro", "Azi Ăla Âmbra Bac Stat Școală Tata Țară"),
        ("lv", "Cēsis Čaks Gauja Ģertrūde Ilze Ylva Jelgava Kuldīga Ķekava"),
        ("lt", "Ignalina Ylakiai Jonava Zarasai Žagarė"),
        ("mt", "Belt Ċirku Fama Ġgantija Gozo Għarb Hotel Ħamrun Isla"),
        ("bg", "10 Банка Изток Йога Казан Bank"),
        ("el", "7 Αθήνα Άργος Βόλος Ωμέγα Athens"),
        ("ga", "Áit Baile Éire fada"),
    ],
)
def test_each_alphabet_has_its_order(language: str, ordered: str) -> None:
    words = ordered.split()
    shuffled = random.Random(1).sample(words, len(words))
    assert sorted(shuffled, key=lambda word: alphabetical(word, language)) == words


@pytest.mark.parametrize("language", ["", "xx", *EU_LANGUAGES])
def test_any_text_has_its_place(language: str) -> None:
    texts = ["", "\uffff", "\ud7ff" * 1_000, "ccs" * 1_000, "e\u0301", "\N{EURO SIGN}", "𝔘"]
    assert len(sorted(texts, key=lambda text: alphabetical(text, language))) == len(texts)
    assert alphabetical("e\u0301a", language)[1] == alphabetical("éa", language)[1]
