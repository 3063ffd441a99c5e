"""Numbers that the engine computes, in many variants."""

import functools
import itertools
import json
import math
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from backprop.course.markup import to_html, to_plain
from backprop.course.number_text import read_number, show_number
from backprop.course.questions.base import (
    FIRST,
    Feedback,
    Question,
    Said,
    name_html,
    no_answer,
    spoken_text,
    word,
)

__all__ = ["Number", "Variant"]

Values = Mapping[str, float]
_SLOT = re.compile(r"\[\[(\w+)(?::([^\]]+))?\]\]")


@dataclass(frozen=True)
class Variant:
    """One set of numbers: what is given, the right answer, and where each misconception leads."""

    given: Values
    answer: float
    slips: Values


class Number(Question):
    """A number that the engine computes, in many variants.

    Made by `Quiz.number`, which decorates the function that computes the answer. Three more
    functions belong to it: `draw` (the given numbers, from a random generator), `check` (the same
    answer, computed in a second way), and any number of `misconception`.

    Parameters
    ----------
    compute : callable
        The given numbers to the right answer.
    text, hint, reasoning : str
        See `Question`; ``[[name]]`` and ``[[name:.3f]]`` stand for given numbers, for ``answer``
        and for the number to which a misconception of that name leads.
    decimals : int
        How many decimals are enough: answers within one unit of the last of them are right.
    label : str
        What stands before the input, one line of light Markdown.
    unit : str
        What stands behind it.
    variants : int
        How many sets of numbers to draw.
    """

    kind = "number"

    def __init__(
        self,
        compute: Callable[..., float],
        *,
        text: str,
        hint: str,
        reasoning: str,
        decimals: int,
        label: str = "Your answer",
        unit: str = "",
        variants: int = 24,
    ) -> None:
        super().__init__(compute.__name__, text, hint, reasoning)
        self.compute, self.label, self.unit = compute, label, unit
        self.decimals, self._wanted = decimals, variants
        # One unit of the last decimal: rounding up, down and cutting off are all fine.
        self.tolerance = (10.0**-decimals if decimals else 0.0) + 1e-9
        self.slips: dict[str, tuple[Callable[..., float], str]] = {}
        self._draw: Callable[[np.random.Generator], Values] | None = None
        self.second_way: Callable[..., float] | None = None

    def draw(
        self, function: Callable[[np.random.Generator], Values]
    ) -> Callable[[np.random.Generator], Values]:
        """Decorate the function that draws the given numbers as a dictionary."""
        self._draw = function
        return function

    def check(self, function: Callable[..., float]) -> Callable[..., float]:
        """Decorate the function that computes the answer in a second way (for the tests)."""
        self.second_way = function
        return function

    def misconception(self, because: str) -> Callable[[Callable[..., float]], Callable[..., float]]:
        """Decorate a function that computes what a wrong idea leads to.

        Parameters
        ----------
        because : str
            The explanation that helps whoever answers so.
        """

        def keep(function: Callable[..., float]) -> Callable[..., float]:
            self.slips[function.__name__] = (function, because)
            return function

        return keep

    @functools.cached_property
    def variants(self) -> list[Variant]:
        """The sets of numbers, the same ones wherever they are drawn.

        Raises
        ------
        ValueError
            If too few sets are left in which every misconception shows.
        """
        if self._draw is None:
            raise ValueError(f"number question {self.id!r} has no @{self.name}.draw")
        rng = np.random.default_rng(zlib.crc32(self.id.encode()))
        found: dict[str, Variant] = {}
        for _ in range(20 * self._wanted):
            given = {name: _plain_number(value) for name, value in self._draw(rng).items()}
            variant = Variant(
                given,
                float(self.compute(**given)),
                {name: float(slip(**given)) for name, (slip, _) in self.slips.items()},
            )
            if self._tells_apart(variant):
                found.setdefault(json.dumps(given, sort_keys=True), variant)
            if len(found) == self._wanted:
                return list(found.values())
        raise ValueError(
            f"number question {self.id!r} has only {len(found)} variants in which the answer and "
            f"every misconception stay apart, {self._wanted} are wanted; draw from a wider range, "
            "or pass variants="
        )

    def _tells_apart(self, variant: Variant) -> bool:
        numbers = sorted([variant.answer, *variant.slips.values()])
        gaps = (b - a for a, b in itertools.pairwise(numbers))
        return all(map(math.isfinite, numbers)) and all(gap > 2 * self.tolerance for gap in gaps)

    def judge(self, response: object, variant: int = 0) -> Feedback:
        """Grade a number, given as one or as text; its unit may follow it."""
        if isinstance(response, str) and not response.strip():
            return no_answer("nothing")
        number = read_number(self._without_unit(response))
        if number is None:
            return no_answer("no number")
        at = self.variants[variant % len(self.variants)]
        miss = abs(number - at.answer)
        if miss <= self.tolerance:
            return Feedback(True, self.said(self.reasoning, variant))
        for name, value in at.slips.items():
            if abs(number - value) <= self.tolerance:
                return Feedback(False, self.said(self.slips[name][1], variant), name)
        close = miss <= min(5 * self.tolerance, 0.05 * abs(at.answer))
        return Feedback(False, word("close" if close else "otherwise"))

    def _without_unit(self, response: object) -> object:
        if self.unit and isinstance(response, str):
            return response.rstrip().removesuffix(self.unit)
        return response

    def samples(self, variant: int = 0) -> list[tuple[str | None, str]]:  # noqa: D102
        at = self.variants[variant % len(self.variants)]
        shown = f".{self.decimals + 4}f"
        slips = [(name, show_number(value, shown)) for name, value in at.slips.items()]
        return [*slips, (None, show_number(at.answer, shown))]

    @property
    def slots(self) -> list[tuple[str, str]]:
        """Every ``[[name:format]]`` that the texts use, once."""
        texts = "\n".join([*self.texts().values(), self.label])
        return list(dict.fromkeys(_SLOT.findall(texts)))

    def filled(self, variant: int) -> list[str]:
        """Print the numbers of one variant, in the order of `slots`."""
        at = self.variants[variant % len(self.variants)]
        known = {**at.slips, **at.given, "answer": at.answer}
        unknown = [name for name, _ in self.slots if name not in known]
        if unknown:
            raise ValueError(
                f"question {self.id!r} uses [[{unknown[0]}]]; there are: {', '.join(known)}"
            )
        return [show_number(known[name], spec) for name, spec in self.slots]

    def said(self, text: str, variant: int = 0) -> Said:  # noqa: D102
        numbers = dict(zip(self.slots, self.filled(variant), strict=True))
        plain = _SLOT.sub(lambda slot: numbers[(slot[1], slot[2] or "")], text)
        return Said(to_plain(plain), self.html(text, variant))

    def html(self, text: str, variant: int = 0, *, inline: bool = False) -> str:  # noqa: D102
        numbers = dict(enumerate(self.filled(variant), start=FIRST))
        return self.template(text, inline=inline).translate(numbers)

    def template(self, text: str, *, inline: bool = False) -> str:
        """Turn a text into HTML with one private character in place of each number.

        So the pages carry each text once, however many variants there are.
        """
        return to_html(self._marked(text), inline=inline)

    def _marked(self, text: str) -> str:
        places = {slot: chr(FIRST + n) for n, slot in enumerate(self.slots)}
        return _SLOT.sub(lambda slot: places[(slot[1], slot[2] or "")], text)

    def spoken(self, text: str, variant: int = 0) -> str:  # noqa: D102
        return spoken_text(self._marked(text)).translate(
            dict(enumerate(self.filled(variant), start=FIRST))
        )

    def payload(self) -> dict[str, Any]:  # noqa: D102
        lead, last = self.asked(self.template)
        return {
            **super().payload(),
            "lead": lead,
            "legend": last,
            "spoken": [spoken_text(self._marked(part)) for part in self.parts],
            "tolerance": self.tolerance,
            "unit": self.unit,
            "slips": [
                {"name": name, "because": self.template(because)}
                for name, (_, because) in self.slips.items()
            ],
            "variants": [
                {"show": self.filled(n), "answer": at.answer, "slips": list(at.slips.values())}
                for n, at in enumerate(self.variants)
            ],
        }

    def controls_html(self, group: str) -> str:  # noqa: D102
        unit = f'<span class="bp-unit">{escape(self.unit)}</span>' if self.unit else ""
        named = name_html(self.label, f"{self.spoken(self.label)} {self.unit}".strip())
        return (
            f'<label class="bp-number"><span>{self.html(self.label, inline=True)}</span> '
            f'<input type="text" name="{escape(group)}" inputmode="text" autocomplete="off" '
            f'autocapitalize="off" spellcheck="false" size="9"{named} '
            f'aria-describedby="bp-{escape(group)}-given bp-{escape(group)}-enough">{unit}</label>'
            f'<span class="bp-enough" id="bp-{escape(group)}-enough">{self.enough}</span>'
            f'<span class="bp-given" id="bp-{escape(group)}-given" hidden>'
            f"{escape(self.spoken(self.parts[0]))}</span>"
        )

    def controls_plain(self) -> str:  # noqa: D102
        return f"   {to_plain(self.label)} ... {self.unit}".rstrip() + f"  ({self.enough})"

    @property
    def enough(self) -> str:
        """How exact an answer has to be, in words."""
        count = {2: "Two", 3: "Three", 4: "Four"}.get(self.decimals, str(self.decimals))
        words = {0: "A whole number.", 1: "One decimal is enough."}
        return words.get(self.decimals, f"{count} decimals are enough.")

    def texts(self) -> dict[str, str]:  # noqa: D102
        return {**super().texts(), **{name: text for name, (_, text) in self.slips.items()}}


def _plain_number(value: Any) -> float:
    value = value.item() if isinstance(value, np.generic) else value
    return value if isinstance(value, int) else round(float(value), 12)
