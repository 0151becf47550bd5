"""The order of an alphabet, which differs by language: å comes last in Swedish, and beside a in French.

It follows the collation of Unicode CLDR. A library for it is either the whole of ICU, or takes a second to
load and knows no languages.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache

LONGEST = 200  # characters that are compared
_AFTER = "\uffff"  # sorts after every letter
# Letters that come after another, in their order; "=" joins letters that count as the same.
_EVERYWHERE = "и й"
_LETTERS = {
    "cs": "c č, h ch, r ř, s š, z ž",
    "da": "y=ü, z æ=ä ø=ö=ő=œ å=aa",
    "es": "n ñ",
    "et": "s š z ž, w õ ä ö ü",
    "fi": "y=ü, z å ä=æ ö=ø=ő=õ=œ",
    "hr": "c č ć, d dž đ, l lj, n nj, s š, z ž",
    "hu": "c cs, d dz dzs, g gy, l ly, n ny, o ö=ő, s sz, t ty, u ü=ű, z zs",
    "lt": "c č, i y, s š, z ž",
    "lv": "c č, g ģ, i y, k ķ, l ļ, n ņ, r ŗ, s š, z ž",
    "mt": "b ċ, f ġ, g għ, h ħ, y ż",
    "pl": "a ą, c ć, e ę, l ł, n ń, o ó, s ś, z ź ż",
    "ro": "a ă â, i î, s ș=ş, t ț=ţ, z ż",
    "sk": "a ä, c č, h ch, l ł, o ô, r ř, s š, z ž ż",
    "sl": "c č ć, d đ, s š, z ž",
    "sv": "y=ü, z å ä=æ ö=ø=ő=œ=ô",
}
# Letters that have no diacritic to Unicode, beside those that they resemble.
_PLAIN = str.maketrans(
    {"æ": "ae", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ø": "o", "œ": "oe", "þ": "th"}
)
_MARK = re.compile("[\u0300-\u036f]+")
_WORD = re.compile(rf"[\w{_AFTER}]+")
# The alphabet of the language comes before the others.
_OWN = {"bg": re.compile("[Ѐ-ӿ]"), "el": re.compile("[Ͱ-Ͽ]")}


@lru_cache(maxsize=20_000)
def alphabetical(text: str, language: str) -> tuple[bool, str, str]:
    """What to sort a text by for readers of a language; other diacritics decide only between equals."""
    pattern, weights = _tailored(language)
    short = unicodedata.normalize("NFC", text[:LONGEST].casefold())
    plain = pattern.sub(lambda letter: weights[letter[0]], short)
    if not plain.isascii():
        plain = _MARK.sub("", unicodedata.normalize("NFKD", plain)).translate(_PLAIN)
    key = " ".join(_WORD.findall(plain))
    own = _OWN.get(language)
    return bool(own and key[:1].isalpha() and not own.match(key)), key, text


@cache
def _tailored(language: str) -> tuple[re.Pattern[str], Mapping[str, str]]:
    """The letters of a language that are not where Unicode has them, and what they count as."""
    weights = {}
    for group in (_EVERYWHERE, *_LETTERS.get(language, "").split(", ")):
        for place, letters in enumerate(group.split()):
            for letter in letters.split("="):
                weights[letter] = group[0] + _AFTER * place
                if language == "hu" and len(letter) > 1:  # "ssz" is a long "sz"
                    weights[letter[0] + letter] = weights[letter] * 2
    longest_first = sorted(weights, key=len, reverse=True)
    return re.compile("|".join(longest_first)), weights
