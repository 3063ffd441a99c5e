"""Formulas that can be read where MathML is stripped: not trusted, or on GitHub.

What is left there is the text of a formula. In it a fraction would be 11 for one, a square 52 for
25, so the signs that MathML replaces by places (a bar, a raised number, a root) stand in it, too,
and are not displayed.
"""

import xml.etree.ElementTree as ElementTree

__all__ = ["add_signs"]

_TOKENS = frozenset({"mi", "mn", "mtext", "mo"})
#: What stands before the second of two parts: a denominator, an exponent.
_BETWEEN = {"mfrac": (1, "/"), "msup": (1, "^"), "msubsup": (2, "^")}
_PRIMES = frozenset("′″‴")


def add_signs(math: str) -> str:
    """Add to a formula the signs that its text needs.

    Parameters
    ----------
    math : str
        A ``<math>`` element.

    Returns
    -------
    str
        The same, with signs that are seen only where its tags are stripped.

    Examples
    --------
    >>> import re
    >>> half = add_signs("<math><mfrac><mn>1</mn><mi>n</mi></mfrac></math>")
    >>> re.sub("<[^>]*>", "", half)
    '1/n'
    """
    root = ElementTree.fromstring(math)
    for element in list(root.iter()):
        if element.tag == "msup" and element[1].text in _PRIMES:
            element.tag = "mrow"  # the sign of a derivative is high by itself
        elif element.tag in _BETWEEN:
            number, sign = _BETWEEN[element.tag]
            if element.tag == "mfrac":
                element[0] = _enclose(element[0])
            element[number] = _enclose(element[number], sign)
        elif element.tag == "msqrt":
            root_of = ElementTree.Element("mrow")
            root_of.extend(list(element))
            for child in list(element):
                element.remove(child)
            element.append(_enclose(root_of, "√"))
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=False)


def _enclose(part: ElementTree.Element, before: str = "") -> ElementTree.Element:
    """Put a part into parentheses if it is more than one sign, behind what comes before it."""
    opened, closed = (before, "") if _is_single(part) else (f"{before}(", ")")
    if not opened + closed:
        return part
    row = ElementTree.Element("mrow")
    row.extend([_hide(opened), part, *([_hide(closed)] if closed else [])])
    return row


def _is_single(part: ElementTree.Element) -> bool:
    """Tell whether a part is one number, name or sign."""
    if part.tag in _TOKENS:
        return True
    return (
        part.tag in ("mrow", "mstyle", "msub")
        and all(child.tag in _TOKENS for child in part)
        and (part.tag == "msub" or len(part) == 1)
    )


def _hide(sign: str) -> ElementTree.Element:
    hidden = ElementTree.Element("mtext", style="display:none")
    hidden.text = sign
    return hidden
