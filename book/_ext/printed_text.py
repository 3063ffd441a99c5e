"""Put together what a cell printed, as it printed it.

A kernel sends what is printed in pieces, and time alone decides where one ends. myst-nb takes every
piece for whole lines: where a piece ends before the end of a line, a page got an empty line.
"""

from collections.abc import Sequence
from typing import Any

from myst_nb.core import render


def join_pieces(outputs: Sequence[Any]) -> list[Any]:
    """Return the outputs of a cell with one text for each stream, where its first piece stood.

    Examples
    --------
    >>> piece = {"output_type": "stream", "name": "stdout"}
    >>> join_pieces([{**piece, "text": "one"}, {**piece, "text": "\\ntwo\\n"}])
    [{'output_type': 'stream', 'name': 'stdout', 'text': 'one\\ntwo\\n'}]
    """
    joined: list[Any] = []
    streams: dict[str, Any] = {}
    for output in outputs:
        if output["output_type"] != "stream":
            joined.append(output)
        elif output["name"] in streams:
            streams[output["name"]]["text"] += output["text"]
        else:
            streams[output["name"]] = output.copy()
            joined.append(streams[output["name"]])
    return joined


def setup() -> None:
    """Let myst-nb see whole texts only; what it does with those is right."""
    merge = render.coalesce_streams
    if getattr(merge, "__module__", "") != __name__:
        render.coalesce_streams = lambda outputs: merge(join_pieces(outputs))
        render.coalesce_streams.__module__ = __name__
