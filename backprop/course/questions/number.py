"""Numbers that the engine computes, in many variants."""

from __future__ import annotations

import functools
import itertools
import json
import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop.course.markup import to_html_parts, to_plain, to_plain_parts
from backprop.course.number_text import read_typed, show_number
from backprop.course.questions.base import (
    Feedback,
    draw_entry,
    draw_label,
    draw_text_input,
    fill_parts,
    refuse_answer,
)
from backprop.course.questions.computed import Compute, ComputedQuestion, Values
from backprop.course.questions.misses import describe_miss
from backprop.course.questions.sentences import Text, join_texts, write_sentence
from backprop.page.html import Markup, element

__all__ = ["Number", "Variant"]

_SLOT = re.compile(r"\[\[(\w+)(?::([^\]]+))?\]\]")


_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?")
_INDEX = re.compile(r"_(?:\{[^{}]*\}|\w)")


@dataclass(frozen=True)
class Variant:
    """One set of numbers: what is given, the right answer, and where misconceptions lead.

    A misconception that leads to no number of its own here is left out.
    """

    given: Values
    answer: float
    slips: Values


class Number(ComputedQuestion):
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
        compute: Compute,
        *,
        text: str,
        hint: str,
        reasoning: str,
        decimals: int,
        label: str = "Your answer",
        unit: str = "",
        variants: int = 24,
    ) -> None:
        super().__init__(compute, text, hint, reasoning)
        self.label, self.unit = label, unit
        self.decimals, self._wanted = decimals, variants
        self.start = 0  # a chapter that asks again begins further on, with other numbers
        # One unit of the last decimal: rounding up, down and cutting off are all fine.
        self.tolerance = (10.0**-decimals if decimals else 0.0) + 1e-9
        self.second_way: Compute | None = None

    def check(self, function: Compute) -> Compute:
        """Decorate the function that computes the answer in a second way (for the tests)."""
        self.second_way = function
        return function

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
        rng = self._make_generator()
        found: dict[str, Variant] = {}
        for _ in range(20 * self._wanted):
            given = {name: _to_plain_number(value) for name, value in self._draw(rng).items()}
            leads = {name: slip(**given) for name, (slip, _) in self.slips.items()}
            slips = {name: float(value) for name, value in leads.items() if value is not None}
            variant = Variant(given, float(self.compute(**given)), slips)
            if self._tells_apart(variant) and not self._gives_away(variant):
                found.setdefault(json.dumps(given, sort_keys=True), variant)
            if len(found) == self._wanted:
                drawn, start = list(found.values()), self.start % self._wanted
                return drawn[start:] + drawn[:start]
        raise ValueError(
            f"number question {self.id!r} has only {len(found)} variants in which the answer and "
            f"every misconception stay apart, {self._wanted} are wanted; draw from a wider range, "
            "or pass variants="
        )

    def _tells_apart(self, variant: Variant) -> bool:
        numbers = sorted([variant.answer, *variant.slips.values()])
        gaps = (b - a for a, b in itertools.pairwise(numbers))
        return all(map(math.isfinite, numbers)) and all(gap > 2 * self.tolerance for gap in gaps)

    def _gives_away(self, variant: Variant) -> bool:
        """Check whether 0, or a number that stands in the question, would be taken for right."""
        stated = {float(number) for number in _NUMBER.findall(self._fill_text(variant))}
        return any(abs(variant.answer - number) <= 2 * self.tolerance for number in {0.0, *stated})

    def _fill_text(self, variant: Variant) -> str:
        """Write the question as it is asked, without indices."""
        known = {**variant.slips, **variant.given, "answer": variant.answer}
        filled = _SLOT.sub(lambda s: show_number(known.get(s[1], 0.0), s[2] or ""), self.text)
        return _INDEX.sub("", filled).replace("\u2212", "-")

    @property
    def variant_count(self) -> int:  # noqa: D102
        return len(self.variants)

    def judge(self, response: object, variant: int = 0) -> Feedback:
        """Grade a number, given as one or as text; its unit may follow it."""
        number = self._read(response)
        if isinstance(number, Feedback):
            return number
        at = self.variants[variant % len(self.variants)]
        if abs(number - at.answer) <= self.tolerance:
            return Feedback(True, self.render(self.reasoning, variant), given=number)
        for name, value in at.slips.items():
            if abs(number - value) <= self.tolerance:
                because = self.render(self.slips[name][1], variant)
                return Feedback(False, because, name, given=number)
        key, *values = describe_miss(number, at.answer, self.tolerance)
        said = write_sentence(key, *values)
        if key != "close":
            said = join_texts(said, write_sentence("once more"))
        return Feedback(False, said, given=number)

    def _read(self, response: object) -> float | Feedback:
        """Read what was typed, or return what to say instead of a verdict."""
        found = read_typed(response, self.unit)
        return refuse_answer(*found) if isinstance(found, tuple) else found

    def samples(self, variant: int = 0) -> list[tuple[str | None, str]]:  # noqa: D102
        at = self.variants[variant % len(self.variants)]
        shown = f".{self.decimals + 4}f"
        slips = [(name, show_number(value, shown)) for name, value in at.slips.items()]
        return [*slips, (None, show_number(at.answer, shown))]

    @property
    def slots(self) -> list[tuple[str, str]]:
        """Every ``[[name:format]]`` that the texts use, once."""
        texts = "\n".join([*self.list_texts().values(), self.label])
        return list(dict.fromkeys(_SLOT.findall(texts)))

    def print_numbers(self, variant: int) -> list[str]:
        """Print the numbers of one variant, in the order of `slots`."""
        at = self.variants[variant % len(self.variants)]
        known = {**at.slips, **at.given, "answer": at.answer}
        slots = self.slots
        unknown = [name for name, _ in slots if name not in known]
        if unknown:
            raise ValueError(
                f"question {self.id!r} uses [[{unknown[0]}]]; there are: {', '.join(known)}"
            )
        return [show_number(known[name], spec) for name, spec in slots]

    def render(self, text: str, variant: int = 0) -> Text:  # noqa: D102
        numbers = dict(zip(self.slots, self.print_numbers(variant), strict=True))
        plain = _SLOT.sub(lambda slot: numbers[(slot[1], slot[2] or "")], text)
        return Text(to_plain(plain), self.write_html(text, variant))

    def write_html(self, text: str, variant: int = 0, *, inline: bool = False) -> Markup:  # noqa: D102
        return fill_parts(self.make_template(text, inline=inline), self.print_numbers(variant))

    def make_template(self, text: str, *, inline: bool = False) -> str | list[str | int]:
        """Turn a text into HTML that is cut where numbers are filled in.

        So the pages carry each text once, however many variants there are.
        """
        return to_html_parts(self._split_slots(text), inline=inline)

    def _split_slots(self, text: str) -> list[str | int]:
        parts: list[str | int] = []
        end, slots = 0, self.slots
        for slot in _SLOT.finditer(text):
            parts += [text[end : slot.start()], slots.index((slot[1], slot[2] or ""))]
            end = slot.end()
        return [*parts, text[end:]]

    def write_spoken(self, text: str, variant: int = 0) -> str:  # noqa: D102
        if not text:
            return ""
        numbers = self.print_numbers(variant)
        parts = to_plain_parts(self._split_slots(text))
        return "".join(numbers[part] if isinstance(part, int) else part for part in parts)

    def make_payload(self) -> dict[str, Any]:  # noqa: D102
        before, last = self.parts
        return {
            **super().make_payload(),
            "lead": self.make_template(before) if before else "",
            "legend": self.make_template(last, inline=True),
            "spoken": [to_plain_parts(self._split_slots(part)) for part in self.parts],
            "tolerance": self.tolerance,
            "unit": self.unit,
            "variants": [
                {
                    "show": self.print_numbers(n),
                    "answer": at.answer,
                    "slips": [at.slips.get(name) for name in self.slips],
                }
                for n, at in enumerate(self.variants)
            ],
        }

    def draw_controls(self, group: str) -> Markup:  # noqa: D102
        spoken = f"{self.write_spoken(self.label)} {self.unit}".strip()
        control = draw_text_input(
            group,
            inputmode="text",
            size=9,
            aria_label=self.name_control(self.label, spoken),
            aria_describedby=f"bp-{group}-given bp-{group}-enough",
        )
        label = self.write_html(self.label, inline=True)
        unit = element("span", self.unit, class_="bp-unit") if self.unit else None
        return draw_entry(
            draw_label(label, control, unit, class_="bp-number"),
            element("div", self.enough, class_="bp-enough", id=f"bp-{group}-enough"),
            # The script says here what is given, once there is something to type into.
            element("span", class_="bp-given", id=f"bp-{group}-given", hidden=True),
        )

    def list_controls(self) -> str:  # noqa: D102
        return f"   {to_plain(self.label)} ... {self.unit}".rstrip() + f"  ({self.enough})"

    @property
    def enough(self) -> str:
        """How exact an answer has to be, in words."""
        count = {2: "Two", 3: "Three", 4: "Four"}.get(self.decimals, str(self.decimals))
        words = {0: "A whole number.", 1: "One decimal is enough."}
        return words.get(self.decimals, f"{count} decimals are enough.")


def _to_plain_number(value: Any) -> float:
    value = value.item() if isinstance(value, np.generic) else value
    return value if isinstance(value, int) else round(float(value), 12)
