"""A choice between few things, by name: a row of buttons beside the sliders of an explorer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backprop.show.explorers.slider import Slider

__all__ = ["MOST_OPTIONS", "Choice"]

#: More would be read, not seen: a slider takes them.
MOST_OPTIONS = 8


class Choice(Slider):
    """A choice between few values, each with a button that is named after it.

    Parameters
    ----------
    options : sequence of str, or mapping of str to number
        The names of the buttons. The function that draws gets the number that a name stands for;
        of a sequence, its place from 0 on.
    value : str, optional
        The name that is chosen at the beginning, by default the first one.
    label : str, optional
        What is chosen, for example ``"activation"``; by default the parameter's name.

    Raises
    ------
    ValueError
        If there are fewer than two or more than eight options, two have one name or one number, or
        `value` is none of them.

    Examples
    --------
    >>> from backprop import show
    >>> rate = show.Choice({"slow": 0.1, "fast": 0.9}, value="fast", label="learning rate")
    >>> rate.texts, rate.values, rate.start
    (('slow', 'fast'), (0.1, 0.9), 1)
    >>> show.Choice(["sigmoid", "tanh"]).values
    (0, 1)
    """

    def __init__(
        self,
        options: Sequence[str] | Mapping[str, float],
        *,
        value: str | None = None,
        label: str | None = None,
    ) -> None:
        if isinstance(options, str):
            raise ValueError(f"options must be several names, got {options!r}: give a list of them")
        named = (
            dict(options)
            if isinstance(options, Mapping)
            else {name: place for place, name in enumerate(options)}
        )
        if not 2 <= len(named) <= MOST_OPTIONS or len(named) < len(options):
            raise ValueError(
                f"options must be 2 to {MOST_OPTIONS} different names, got {len(options)}: "
                "use a Slider for more"
            )
        if len(set(named.values())) < len(named):
            raise ValueError(
                f"options must stand for different numbers, got {list(named.values())}: "
                "leave out the second name of a number"
            )
        if value is not None and value not in named:
            raise ValueError(f"value must be one of {', '.join(named)}, got {value!r}")
        self.values = tuple(named.values())
        self.texts = tuple(str(name) for name in named)
        self.start = 0 if value is None else self.texts.index(value)
        self.label = label
