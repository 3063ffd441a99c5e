"""What stands where a submission looks for the course, for pictures and for what draws them.

None of it is needed for a verdict, all of it costs time, and the course holds the answers.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import opcode
import sys
from collections.abc import Callable, Iterator, Sequence
from types import FrameType, ModuleType
from typing import Any

__all__ = ["Handed", "OpenExercise", "Silent", "install_stand_ins"]

#: Packages that draw or show: a notebook may use them, and nobody looks.
SILENT = (
    "IPython", "anywidget", "backprop.show", "ipywidgets", "matplotlib", "plotly", "seaborn",
    "tqdm",
)  # fmt: skip
_UNPACK = opcode.opmap["UNPACK_SEQUENCE"]


class Silent:
    """An object that takes everything, does nothing, and gives itself."""

    def __call__(self, *arguments: object, **settings: object) -> "Silent":
        """Return another; a function that was to be decorated comes back as it is."""
        return arguments[0] if len(arguments) == 1 and callable(arguments[0]) else Silent()  # type: ignore[return-value]

    def __getattr__(self, name: str) -> "Silent":
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Silent()

    def __getitem__(self, key: object) -> "Silent":
        return Silent()

    def __setitem__(self, key: object, value: object) -> None:
        pass

    def __iter__(self) -> Iterator["Silent"]:
        return iter(tuple(Silent() for _ in range(_count_targets(sys._getframe(1)))))

    def __enter__(self) -> "Silent":
        return Silent()

    def __exit__(self, *error: object) -> None:
        pass

    def __repr__(self) -> str:
        return "not shown while a submission is graded"


def _count_targets(frame: FrameType) -> int:
    """Return to how many names a line assigns what it unpacks, as in ``fig, ax = subplots()``.

    A loop, or anything else, is given nothing to go through.
    """
    operation, count = frame.f_code.co_code[frame.f_lasti : frame.f_lasti + 2]
    return count if operation == _UNPACK else 0


class _SilentModule(ModuleType):
    """A module in which every name is there."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return _KNOWN.get(name, Silent())


def _pass_through(steps: Any = (), *others: object, **settings: object) -> Any:
    """Stand for a progress bar: the steps themselves."""
    return steps


def _find_no_shell() -> None:
    """Stand for `get_ipython`, outside a notebook."""


_KNOWN: dict[str, Any] = {"get_ipython": _find_no_shell, "tqdm": _pass_through}


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the packages of `SILENT`, and all that is in them."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if any(name == each or name.startswith(f"{each}.") for each in SILENT):
            return importlib.util.spec_from_loader(name, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _SilentModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing: such a module is complete."""


class Handed:
    """What `check` returns: nothing is said while a submission is graded."""

    attempted = passed = False
    message = text = misconception = ""
    tries = 0
    example = ()

    def __repr__(self) -> str:
        return "graded later"


class OpenExercise(Silent):
    """An exercise as a submission opens it: it takes a function, and says nothing."""

    def __init__(self, name: str, check: Callable[..., None], lend: Callable[..., Any]) -> None:
        self.id, self._check, self._lend = name, check, lend

    @property
    def earlier(self) -> "_Earlier":
        """Our functions of the parts before."""
        return _Earlier(self._lend)

    def check(self, function: object = None, line: object = None) -> Handed:
        """Hand over a function."""
        self._check(self.id, function, line)
        return Handed()


class _Earlier:
    """Functions by their names; each is called where the grader is."""

    def __init__(self, lend: Callable[..., Any]) -> None:
        self._lend = lend

    def __getitem__(self, name: str) -> Callable[..., Any]:
        def call_lent(*arguments: Any) -> Any:
            return self._lend(name, arguments)

        return call_lent


def install_stand_ins(
    course: ModuleType, check: Callable[..., None], lend: Callable[..., Any]
) -> None:
    """Put them where imports find them.

    Parameters
    ----------
    course : module
        What ``backprop.course`` is to be: exercises can be opened, all else is silent.
    check, lend : callable
        What a check and a call of a lent function do.
    """

    def exercise(name: object = "") -> OpenExercise:
        return OpenExercise(str(name), check, lend)

    course.exercise = exercise  # type: ignore[attr-defined]
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return
    silent = Silent()
    course.__getattr__ = lambda name: getattr(silent, name)  # type: ignore[method-assign]
    sys.meta_path.insert(0, _Finder())
