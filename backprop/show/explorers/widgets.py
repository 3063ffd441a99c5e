"""An explorer in a running notebook: ipywidgets bound to the kernel."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from backprop import page

if TYPE_CHECKING:
    from backprop.show.explorers.explorer import Explorer

__all__ = ["widget"]

_SECONDS = 4.0  # that "Play" takes from one end to the other


def widget(explorer: Explorer) -> Any:
    """Make the controls of an explorer, which draw each frame when it is asked for.

    Parameters
    ----------
    explorer : Explorer
        What to show.

    Returns
    -------
    ipywidgets.VBox
        The same picture and text as on a page, with live sliders.
    """
    import ipywidgets

    sliders = {
        name: ipywidgets.SelectionSlider(
            options=list(zip(slider.texts, range(len(slider.values)), strict=True)),
            value=slider.start,
            description=slider.label,
            style={"description_width": "initial"},
            layout={"width": "100%"},
        )
        for name, slider in explorer.sliders.items()
    }
    picture = ipywidgets.HTML()

    def show(_: Any = None) -> None:
        values = {
            name: slider.values[sliders[name].value] for name, slider in explorer.sliders.items()
        }
        say = html.escape(explorer.describe(**values), quote=False)
        frame = explorer.frame_html(values)
        picture.value = f'{frame}<p class="bp-say" role="status">{say}</p>'

    def back(_: Any) -> None:
        for name, slider in explorer.sliders.items():
            sliders[name].value = slider.start

    for control in sliders.values():
        control.observe(show, names="value")
    reset = ipywidgets.Button(description="Reset")
    reset.on_click(back)
    buttons = [reset]
    if explorer.animate is not None:
        moved = sliders[explorer.animate]
        last = len(moved.options) - 1
        play = ipywidgets.Play(
            min=0, max=last, value=moved.value, interval=round(1000 * _SECONDS / (last + 1)),
            show_repeat=False,
        )  # fmt: skip
        ipywidgets.jslink((play, "value"), (moved, "index"))
        buttons.insert(0, play)
    show()
    top = ipywidgets.HTML(page.assets() + explorer.head_html())
    foot = ipywidgets.HTML(explorer.foot_html())
    box = ipywidgets.VBox([top, picture, *sliders.values(), ipywidgets.HBox(buttons), foot])
    box.add_class("bp-explorer")
    return box
