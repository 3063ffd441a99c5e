"""What counts as a word when the book is searched: numbers with decimals, and the sign of a partial derivative.

Sphinx splits text at everything that is no letter and no digit, and drops bare digits: neither
15.6551 nor ∂ could be found. Formulas are indexed as TeX, so that ∂ means what `\\partial` does.
"""

import re

from sphinx.application import Sphinx
from sphinx.search import languages
from sphinx.search.en import SearchEnglish

WORD = re.compile(r"\d+\.\d+|\w+")


class SearchBook(SearchEnglish):
    """English, with numbers kept whole; the page splits what was typed alike."""

    js_splitter_code = r"""
var splitQuery = (query) =>
  query.replaceAll("∂", " partial ").match(/\d+[.,]\d+|[\p{Letter}\p{Number}_]+/gu)
    ?.map((word) => word.replace(",", ".")) ?? [];
"""

    def split(self, input: str) -> list[str]:
        """Return the words of a text."""
        return WORD.findall(input.replace("∂", " partial "))


def setup(app: Sphinx) -> None:
    """Search in this language."""
    languages["en"] = SearchBook
