"""The program of the process in which one submission runs: it computes, and decides nothing.

It is given the inputs of an exercise when a function is checked, calls the function, and sends back
the values. What is right, it does not know.
"""

import builtins
import linecache
import os
import signal
import struct
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from types import FunctionType, ModuleType
from typing import Any, Protocol

from backprop.classroom.cells import (
    choose_cells,
    describe_problem,
    find_line,
    hash_cell,
    to_python,
)
from backprop.classroom.encoding import (
    decode_value,
    encode_message,
    encode_outcome,
    encode_value,
)
from backprop.classroom.notebooks import (
    ANOTHER_CHAPTER,
    ASK_FOR_END,
    Cell,
    Notebook,
    explain_miss,
    is_of_another_chapter,
    parse_notebook,
)
from backprop.classroom.stand_ins import OpenExercise, Silent
from backprop.course.calls import Run, run_cases_in_time
from backprop.course.code_checks import (
    describe_call_problem,
    is_same_code,
    lend_functions,
    list_parameters,
)
from backprop.course.exceptions import describe_exception
from backprop.course.number_text import show_count
from backprop.course.time_limits import TimeUpError, time_limit
from backprop.course.values import LARGEST, Outcome

__all__ = ["Channel", "Runner"]

_LONGEST_NOTE, _MOST_NOTES = 500, 50
_MOST_ANSWERS = 1000  # that are kept: the same is asked again where a function is called twice
_LEAST_SECONDS = 0.001  # an alarm of none would never ring
_MOST_NUMBERS = LARGEST  # of all examples together: exercises ask for a few hundred
#: What starters are written below.
_HEADER = "import numpy as np\nimport backprop as bp\n"

Frame = Mapping[str, Any]  # what JSON makes of a message of the grader, which is trusted


class Channel:
    """The connection to the grader: messages, each after its length."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor, self._waiting = descriptor, bytearray()

    def send(self, kind: str, **fields: Any) -> None:
        """Write a message, and send it."""
        self._send(encode_message(kind, **fields))

    def ask(self, question: bytes) -> bytes:
        """Send a question, and wait for its answer.

        An alarm in between rings afterwards: what is cut off in the middle, or answered and not
        read, would be taken for a part of what comes next.
        """
        if threading.current_thread() is not threading.main_thread():  # no alarm strikes there
            self._send(question)
            return self.receive()
        rang: list[tuple[Any, ...]] = []
        handler = signal.signal(signal.SIGALRM, lambda *event: rang.append(event))
        try:
            self._send(question)
            return self.receive()
        finally:
            signal.signal(signal.SIGALRM, handler)
            if rang and callable(handler):
                handler(*rang[0])

    def receive(self) -> bytes:
        """Wait for a message."""
        (length,) = struct.unpack("!I", self._read(4))
        return self._read(length)

    def _send(self, content: bytes) -> None:
        waiting = memoryview(struct.pack("!I", len(content)) + content)
        while waiting:
            waiting = waiting[os.write(self._descriptor, waiting) :]

    def _read(self, length: int) -> bytes:
        while len(self._waiting) < length:
            piece = os.read(self._descriptor, max(length - len(self._waiting), 1 << 16))
            if not piece:
                os._exit(1)  # the grader is gone
            self._waiting += piece
        read = bytes(self._waiting[:length])
        del self._waiting[:length]
        return read


class Grader(Protocol):
    """Whoever a submission speaks with."""

    def send(self, kind: str, **fields: Any) -> None:
        """Write a message, and send it."""

    def ask(self, question: bytes) -> bytes:
        """Send a question, and wait for its answer."""

    def receive(self) -> bytes:
        """Wait for a message."""


class Runner:
    """One submission, cell by cell.

    Parameters
    ----------
    channel : Grader
        The connection to the grader.
    read : callable
        Reads a message of the grader.
    """

    def __init__(self, channel: Grader, read: Callable[[bytes], Any]) -> None:
        self._channel, self._read = channel, read
        self._frame: Frame | None = None
        self._answers: dict[bytes, bytes] = {}  # of lent functions, while a function is checked
        self._handed: dict[str, list[object]] = {}
        self._skipped: set[str] = set()
        self._failed: dict[int, str] = {}
        self._functions: dict[str, str] = {}  # which function each exercise asks for
        self._defined: set[str] = set()  # which of them have a definition in the notebook
        self._released: frozenset[str] = frozenset()
        self._cell_seconds = self._check_seconds = 0.0

    def run(self) -> None:
        """Run what the grader sends, and say what became of it."""
        job, content = self._read(self._channel.receive()), self._channel.receive()
        try:
            notebook = parse_notebook(content, "the file", repair=False)
        except ValueError as error:
            self._channel.send("refused", text=str(error)[:_LONGEST_NOTE])
            return
        space = self._make_space()
        self._cell_seconds, self._check_seconds = job["cell_seconds"], job["check_seconds"]
        self._functions = dict(job["exercises"])
        source = "\n".join(cell.source for cell in notebook.code)
        self._defined = {each for each in self._functions.values() if f"def {each}(" in source}
        self._released = frozenset(job["cells"])
        chosen = choose_cells(notebook.code, self._released)
        for cell in chosen:
            if cell.number not in job["skip"]:
                self._run_cell(cell, space)
        for name, function in job["exercises"]:
            self._check_by_name(name, space.get(function))
        self._conclude(job, notebook, {cell.number for cell in chosen})

    def _make_space(self) -> dict[str, Any]:
        module = ModuleType("__main__")
        sys.modules["__main__"] = module
        module.__dict__.update(__builtins__=builtins, display=Silent(), get_ipython=lambda: None)
        # Where the cell that opens an exercise was deleted, a check is for whom its function says.
        module.__dict__["ex"] = OpenExercise("", self.check, self.lend)
        return module.__dict__

    def _run_cell(self, cell: Cell, space: dict[str, Any]) -> None:
        self._channel.send("cell", number=cell.number)
        name, where = f"<cell {cell.number}>", ""
        try:
            source = to_python(cell.source)
            linecache.cache[name] = len(source), None, source.splitlines(keepends=True), name
            code = compile(source, name, "exec", dont_inherit=True)
            with time_limit(self._cell_seconds):
                exec(code, space)
            return
        except TimeUpError:
            late = (
                f"cell {cell.number} was stopped after {show_count(self._cell_seconds, 'second')}"
            )
            self._note_failure(cell, f"{late}: {ASK_FOR_END}")
            return
        except BaseException as problem:  # exit() in a cell is a mistake like others
            text = describe_problem(problem)
            with suppress(Exception):  # an exception of their own may do anything
                where = find_line(problem, name, cell.source)
            if isinstance(problem, ImportError):
                text += " (work is graded with NumPy and the engine alone)"
        place = f"cell {cell.number} stopped with an error{' in ' if where else ''}{where}"
        self._note_failure(cell, f"{place}: {text}")

    def _note_failure(self, cell: Cell, text: str) -> None:
        self._failed[cell.number] = text
        # Where a cell of ours asks for what is not here (data, pictures), that is nobody's error.
        if hash_cell(cell.source) not in self._released:
            self._channel.send("failed", number=cell.number, text=text[:_LONGEST_NOTE])

    # ---- checks

    def check(self, name: str, function: object, line: object, asked: str = "by check") -> None:
        """Ask for the inputs of an exercise, call a function on them, and send what came of it."""
        if self._frame is not None:  # a function that checks itself is being checked
            return
        if asked == "by check":
            name = self._find_meant(name, function)
        left, _ = signal.setitimer(signal.ITIMER_REAL, 0)  # of the cell: a check has its own clock
        try:
            if self._check(name, function, line, asked):
                left = self._cell_seconds
        finally:
            if asked == "by check":
                signal.setitimer(signal.ITIMER_REAL, left)

    def _check(self, name: str, function: object, line: object, asked: str) -> bool:
        self._channel.send("check", name=name[:200], asked=asked)
        kind, frame = self._read(self._channel.receive())
        if kind == "skip":
            self._skipped.add(frame["id"])
            return False
        self._handed.setdefault(frame["id"], []).append(function)
        self._frame, self._answers = frame, {}
        try:
            found, problem, run = self._try_function(function, frame)
        finally:
            self._frame = None
        numbers = sum(len(part.numbers) for each in run.outcomes for part in each.parts or ())
        if numbers > _MOST_NUMBERS:
            text = f"Your function returns {numbers} numbers in all, more than we read."
            run = Run((Outcome(None, text),))
        self._channel.send(
            "run",
            frame=frame["number"],
            found=found,
            problem=problem[: _LONGEST_NOTE * 8],
            parameters=[text[:200] for text in list_parameters(function)[:64]]
            if found == "function" and callable(function)
            else [],
            line=_read_line(line),
            outcomes=[encode_outcome(each) for each in run.outcomes],
            repeated=[encode_outcome(each) for each in run.repeated],
            stopped=run.stopped,
        )
        return True

    def _find_meant(self, name: str, function: object) -> str:
        """Return the exercise that is checked: the open one, unless another asks for the function.

        Where cells were deleted or moved, none is open, or one whose own function stands elsewhere.
        """
        called = function.__name__ if isinstance(function, FunctionType) else ""
        others = [one for one, asked in self._functions.items() if asked == called]
        if len(others) == 1 and (not name or self._functions.get(name) in self._defined):
            return others[0]
        if not name:
            raise NameError("name 'ex' is not defined")
        return name

    def _try_function(self, function: object, frame: Frame) -> tuple[str, str, Run]:
        if function is None or not callable(function):
            return "nothing", "", Run()
        try:
            if _is_starter(function, frame):
                return "starter", "", Run()
            problem = describe_call_problem(function, frame["parameters"])
        except Exception as error:  # an object of their own may do anything when it is looked at
            problem = describe_exception(error)
        if problem:
            return "problem", problem, Run()
        lent = {name: self._make_lent(name) for name in frame["lent"]}
        with ExitStack() as stack:
            if lent:
                stack.enter_context(lend_functions(function, lent))
            return "function", "", self._run_function(function, frame)

    def _run_function(self, function: Callable[..., Any], frame: Frame) -> Run:
        """Run the examples; those that not everybody knows are asked for where they are needed."""
        latest = time.monotonic() + self._check_seconds
        run = run_cases_in_time(
            function, _read_cases(frame["cases"]), frame["parameters"], frame["results"],
            repeat=frame["repeat"], seconds=self._check_seconds,
        )  # fmt: skip
        went_well = run.outcomes and not run.outcomes[-1].problem and not run.stopped
        if not frame["more"] or not went_well:
            return run
        self._channel.send("more", frame=frame["number"])
        _, hidden = self._read(self._channel.receive())
        rest = run_cases_in_time(
            function, _read_cases(hidden), frame["parameters"], frame["results"],
            seconds=max(latest - time.monotonic(), _LEAST_SECONDS),
        )  # fmt: skip
        return Run(run.outcomes + rest.outcomes, run.repeated, rest.stopped)

    def _make_lent(self, name: str) -> Callable[..., Any]:
        return lambda *arguments: self.lend(name, arguments)

    def lend(self, name: str, arguments: tuple[Any, ...]) -> Any:
        """Let the grader call its function of an earlier part."""
        if self._frame is None:
            raise RuntimeError(f"{name} is lent while a function is checked, and not before")
        question = encode_message(
            "lend",
            frame=self._frame["number"],
            function=name,
            arguments=[encode_value(each) for each in arguments],
        )
        content = self._answers.get(question)
        if content is None:
            content = self._channel.ask(question)
            if len(self._answers) < _MOST_ANSWERS:
                self._answers[question] = content
        kind, answer = self._read(content)
        if kind == "refused":
            raise TypeError(answer["text"])
        return decode_value(answer["value"], trusted=True)

    def _check_by_name(self, name: str, function: Any) -> None:
        """Check a function that carries the name of an exercise and was not handed over."""
        theirs = getattr(function, "__module__", None) == "__main__" and callable(function)
        handed = any(function is other for others in self._handed.values() for other in others)
        if theirs and not handed and name not in self._skipped:
            self.check(name, function, None, "by name")

    def _conclude(self, job: Frame, notebook: Notebook, ran: set[int]) -> None:
        released = frozenset(job["cells"])
        still = "\n".join(
            cell.source
            for cell in notebook.code
            if cell.number not in ran and hash_cell(cell.source) in released
        )
        untouched, missed = [], []
        for name, function in job["exercises"]:
            if name in self._handed or name in self._skipped:
                continue
            if f"def {function}(" in still:
                untouched.append(name)
            else:
                why = explain_miss(name, function, notebook, self._failed)
                missed.append([name, why[:_LONGEST_NOTE]])
        notes = [note[:_LONGEST_NOTE] for note in notebook.notes]
        asked = [name for name, _ in job["exercises"]]
        if asked and len(missed) == len(asked) and is_of_another_chapter(asked, notebook):
            notes.insert(0, ANOTHER_CHAPTER)
            missed = [[name, "Nothing in the notebook belongs to it."] for name in asked]
        self._channel.send("end", notes=notes[:_MOST_NOTES], untouched=untouched, missed=missed)


def _read_cases(plain: Any) -> list[list[Any]]:
    return [[decode_value(value, trusted=True) for value in case] for case in plain]


def _read_line(line: object) -> int | str | None:
    """Return the line that was named, as a number or a text; 0 stands for anything else."""
    if line is None or line is ...:
        return None
    if type(line) is str:
        return line[:300]
    return line if type(line) is int and 0 <= line < 100_000 else 0


def _is_starter(function: Callable[..., Any], frame: Frame) -> bool:
    """Return whether a function is the starter, compiled alone or below imports."""
    if not isinstance(function, FunctionType):
        return False
    space: dict[str, Any] = {}
    exec(compile(_HEADER + frame["starter"], "<starter>", "exec"), space)
    return is_same_code(function, space[frame["function"]], frame["starter"])
