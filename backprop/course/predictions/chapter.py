"""The predictions of one chapter: written in a file of their own, found by name."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from backprop.course import sources
from backprop.course.predictions.options import OptionPrediction, SeveralPrediction
from backprop.course.predictions.pictures import CurvePrediction, Picture, PointPrediction
from backprop.course.predictions.prediction import Prediction
from backprop.course.predictions.quantity import NumberPrediction

__all__ = ["Predictions", "load_prediction", "load_predictions", "prediction_names"]

P = TypeVar("P", bound=Prediction)


class Predictions:
    """The predictions that the text of one chapter asks for.

    Each is made by decorating the function that computes what is so; it has that function's name.

    Examples
    --------
    >>> predictions = Predictions()
    >>> @predictions.number(text="What is 2 to the 10th?", because="Double ten times.")
    ... def tenth_power():
    ...     return 2.0**10
    >>> print(predictions["tenth_power"].make(1000))
    You: 1000. It is 1024, 24 more than your guess.
    <BLANKLINE>
    Double ten times.
    """

    def __init__(self) -> None:
        self._chapter = ""
        self._predictions: list[Prediction] = []

    @property
    def chapter(self) -> str:
        """The short name of the chapter."""
        return self._chapter

    @chapter.setter
    def chapter(self, name: str) -> None:
        self._chapter = name
        for prediction in self:
            prediction.chapter = name

    # ---- writing it

    def number(
        self,
        *,
        text: str,
        because: str,
        decimals: int = 0,
        label: str = "Your guess",
        unit: str = "",
        line: tuple[float, float] | None = None,
        within: tuple[float, float | None] | None = None,
    ) -> Callable[[Callable[[], float]], NumberPrediction]:
        """Ask for a number, which the decorated function computes; see `NumberPrediction`."""

        def make(compute: Callable[[], float]) -> NumberPrediction:
            made = NumberPrediction(
                compute, text=text, because=because, decimals=decimals, label=label, unit=unit,
                line=line, within=within,
            )  # fmt: skip
            return self._add(made)

        return make

    def choice(
        self, *, text: str, because: str, options: Mapping[str, str], in_order: bool = False
    ) -> Callable[[Callable[[], str]], OptionPrediction]:
        """Ask which of several things happens; see `OptionPrediction`."""

        def make(compute: Callable[[], str]) -> OptionPrediction:
            made = OptionPrediction(
                compute, text=text, because=because, options=options, in_order=in_order
            )
            return self._add(made)

        return make

    def several(
        self, *, text: str, because: str, options: Mapping[str, str], in_order: bool = False
    ) -> Callable[[Callable[[], Any]], SeveralPrediction]:
        """Ask which of several things are so; see `SeveralPrediction`."""

        def make(compute: Callable[[], Any]) -> SeveralPrediction:
            made = SeveralPrediction(
                compute, text=text, because=because, options=options, in_order=in_order
            )
            return self._add(made)

        return make

    def point(
        self, *, text: str, because: str, picture: Callable[[], Picture]
    ) -> Callable[[Callable[[], Any]], PointPrediction]:
        """Ask for a place in a picture; see `PointPrediction`."""

        def make(compute: Callable[[], Any]) -> PointPrediction:
            made = PointPrediction(compute, text=text, because=because, picture=picture)
            return self._add(made)

        return make

    def curve(
        self,
        *,
        text: str,
        because: str,
        picture: Callable[[], Picture],
        places: int = 9,
        called: str = "",
        ink: str = "value",
    ) -> Callable[[Callable[[Any], Any]], CurvePrediction]:
        """Ask for a curve in a picture; see `CurvePrediction`."""

        def make(compute: Callable[[Any], Any]) -> CurvePrediction:
            made = CurvePrediction(
                compute, text=text, because=because, picture=picture, places=places,
                called=called, ink=ink,
            )  # fmt: skip
            return self._add(made)

        return make

    def _add(self, prediction: P) -> P:
        if prediction.name in [other.name for other in self]:
            raise ValueError(f"two predictions are called {prediction.name!r}: rename one of them")
        prediction.chapter = self.chapter
        self._predictions.append(prediction)
        return prediction

    # ---- using it

    def __iter__(self) -> Iterator[Prediction]:
        return iter(self._predictions)

    def __len__(self) -> int:
        return len(self._predictions)

    def __getitem__(self, name: str) -> Prediction:
        for prediction in self:
            if prediction.name == name:
                return prediction
        names = ", ".join(prediction.name for prediction in self)
        raise KeyError(f"no prediction is called {name!r}; there are: {names}")


def load_predictions(chapter: str) -> Predictions:
    """Read the predictions of a chapter from their source."""
    known = [f"{name}/predictions" for name in sources.prediction_chapters()]
    found = sources.load(f"{chapter}/predictions", known, "predictions")
    assert isinstance(found, Predictions)
    found.chapter = chapter
    return found


def prediction_names() -> list[str]:
    """List the predictions as ``"chapter/name"``, in book order."""
    chapters = map(load_predictions, sources.prediction_chapters())
    return [prediction.id for chapter in chapters for prediction in chapter]


def load_prediction(name: str) -> Prediction:
    """Find one prediction by its name."""
    chapter, _, short = name.partition("/")
    if chapter in sources.prediction_chapters():
        for prediction in load_predictions(chapter):
            if prediction.name == short:
                return prediction
    known = ", ".join(prediction_names())
    raise ValueError(f"no prediction is called {name!r}; there are: {known}")
