"""The dialogue with one submission: it says where it is, asks for inputs, and sends values."""

import json
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from backprop.classroom.connection import Connection, Server
from backprop.classroom.encoding import DamagedMessageError, decode_message
from backprop.classroom.explanations import Explanation, judge_shown
from backprop.classroom.lending import MOST_CALLS, Lending, call_lent
from backprop.classroom.notebooks import ASK_FOR_END, leave_out_errors
from backprop.classroom.sheets import Sheet
from backprop.course.calls import Run, describe_end, describe_lateness
from backprop.course.exercise import Result
from backprop.course.grading import Finding
from backprop.course.markup import to_plain
from backprop.course.number_text import show_count
from backprop.course.renamed import find_present_name

__all__ = ["LARGEST_FILE", "Dialogue"]

LARGEST_FILE = 20_000_000  # bytes
#: Of the time of a submission: for one cell, for all examples of one exercise, and until what does
#: not stop by itself is ended.
_CELL, _CHECK, _GRACE = 0.25, 0.15, 0.075
_ATTEMPTS = 8
_MOST_MESSAGES, _MOST_NOTES = 200_000, 50
_UNCHECKED = "No check of it was run to its end."
_LONGEST = 20_000  # characters of what is shown of one exercise, or of one value in its example


@dataclass
class _Stage:
    """Where a submission is: in a cell, or in a check of an exercise."""

    cell: int | None = None
    exercise: str | None = None
    asked: str = ""
    latest: float = 0.0
    frames: int = 0
    is_complete: bool = False  # whether all inputs of the exercise were given
    knows_hidden: bool = False  # whether some were that not everybody knows


@dataclass
class Dialogue:
    """The dialogue with one submission; it may take several attempts, each in a fresh process.

    Where something is to be shown that a hidden input could speak through, it is said once more by
    a process that was given none: see `explanations`.

    What it answers is compared when its process has ended. Were it compared at once, what comes
    next, or how soon that comes, would tell it whether it was right: it could guess until it is.
    """

    data: bytes
    cells: Sequence[str]
    seconds: int
    server: Server
    sheets: Mapping[str, Sheet]
    results: dict[str, Result] = field(default_factory=dict)
    found: dict[str, Explanation] = field(default_factory=dict)
    missed: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    theirs: set[str] = field(default_factory=set)
    is_doubted: bool = False
    has_told: bool = False  # whether any attempt was given a hidden input
    explains: bool = False  # whether no hidden input is given, and no verdict taken
    answers: dict[str, dict[str, Mapping[str, Any]]] = field(default_factory=dict)
    lending: Lending = field(default_factory=Lending)
    set_aside: set[str] = field(default_factory=set)
    stopped: set[str] = field(default_factory=set)
    skip: set[int] = field(default_factory=set)
    doubted_skip: set[int] = field(default_factory=set)
    ended: str = ""
    cpu: float = 0.0

    def hold(self) -> dict[str, Any]:
        """Grade it."""
        began = time.thread_time()
        latest = time.monotonic() + self.seconds
        if len(self.data) > LARGEST_FILE:
            self.ended = f"refused: the file has more than {LARGEST_FILE // 1_000_000} MB"
        self._run(latest)
        self._explain(latest)
        return {
            "exercises": [self._describe(name) for name in self.sheets],
            "notes": leave_out_errors(self.notes, self.theirs),
            "ended": self.ended,
            "cpu": round(self.cpu + time.thread_time() - began, 6),
            "walls": self.server.walls,
        }

    def _run(self, latest: float) -> None:
        attempts = _ATTEMPTS if self.ended else 0
        while attempts < _ATTEMPTS:
            attempts += 1
            self.lending = Lending()
            self._attempt(latest)
            if self.ended == "finished" and self.lending.late and attempts < _ATTEMPTS:
                self.set_aside |= self.lending.causes
                self.ended = ""
            elif self.ended:
                break
        self.ended = self.ended or f"ended by itself {attempts} times"
        for name, answers in self.answers.items():
            self._judge(name, answers)

    def _explain(self, latest: float) -> None:
        """Keep of what was said our own words alone, and what a process says that knew nothing."""
        told: Mapping[str, Explanation] = {}
        clear = (found.is_ours or found.is_right_on_shown for found in self.found.values())
        if self.is_doubted or not all(clear):
            told = self._say_again(latest)
        for name, found in self.found.items():
            exercise, task = self.sheets[name].exercise, self.sheets[name].task
            finding = found.explain(told.get(name), task, self.data)
            self.results[name] = judge_shown(exercise, finding, found.line, self.answers.get(name))

    def _say_again(self, latest: float) -> Mapping[str, Explanation]:
        """Run it in a process that is given no hidden input, and keep what that says of itself."""
        ours = {name for name, found in self.found.items() if found.is_ours}
        again = Dialogue(
            self.data, self.cells, self.seconds, self.server,
            {name: sheet.shown for name, sheet in self.sheets.items() if name not in ours},
            stopped=set(self.stopped), skip=self.skip - self.doubted_skip, explains=True,
        )  # fmt: skip
        again._run(max(latest, time.monotonic() + self.seconds * _CHECK))
        self.cpu += again.cpu
        self.notes = [note for note in self.notes if note not in self.theirs] + again.notes
        if self.doubted_skip and again.skip == self.skip - self.doubted_skip:
            self.notes.append("a cell was stopped, or ended by itself; it was left out")
        self.missed = {name: again.missed.get(name, _UNCHECKED) for name in self.missed}
        return again.found

    def _describe(self, name: str) -> dict[str, Any]:
        result = self.results.get(name)
        if result is None:
            why = self.missed.get(name) or self._explain_miss(name)
            return {
                "id": name,
                "state": "not reached",
                "message": f"Not reached. {_to_text(why[:1].upper() + why[1:])}",
                "misconception": None,
                "exact": False,
                "example": [],
            }
        state = "solved" if result.passed else "wrong" if result.attempted else "not attempted"
        return {
            "id": name,
            "state": state,
            "message": _to_text(result.text),
            "misconception": result.misconception,
            "exact": result.exact,
            "example": [list(map(_cut, row)) for row in result.example],
        }

    def _explain_miss(self, name: str) -> str:
        """Say why no check of an exercise counts, where the submission does not know."""
        if self.ended != "finished":
            return f"The notebook was not run to its end: {self.ended}."
        if name in self.lending.late:
            return "It was checked below a part that calls ours in its place: check it above."
        return _UNCHECKED

    # ---- one attempt

    def _attempt(self, latest: float) -> None:
        """Run it in a fresh process, without what has stopped it before."""
        connection = self.server.open()
        stage = _Stage(latest=latest)
        late = False
        try:
            connection.send(self._write_job(), self.data, latest=latest)
            self._listen(connection, stage, latest)
        except DamagedMessageError as error:
            self.ended = f"ended by itself: it wrote to the grader, and {error}"
        except TimeoutError:
            late = True
        finally:
            connection.close()
            code, used = self.server.end()
            self.cpu += used
        if self.ended:
            return
        if time.monotonic() >= latest:
            self.ended = f"stopped after {show_count(self.seconds, 'second')}"
        self._leave_out(stage, None if late else code)

    def _limit(self, share: float) -> float:
        """Return when a cell or a check that begins now has to be over."""
        return time.monotonic() + self.seconds * (share + _GRACE)

    def _write_job(self) -> bytes:
        job = {
            "exercises": [[name, sheet.exercise.name] for name, sheet in self.sheets.items()],
            "cells": list(self.cells),
            "skip": sorted(self.skip),
            "cell_seconds": self.seconds * _CELL,
            "check_seconds": self.seconds * _CHECK,
        }
        return json.dumps(job).encode()

    def _listen(self, connection: Connection, stage: _Stage, latest: float) -> None:
        """Answer until the submission says that it is over, or is gone."""
        calls = messages = 0
        while content := connection.receive(min(stage.latest, latest)):
            messages += 1
            if time.monotonic() > min(stage.latest, latest):  # who never pauses is late as well
                raise TimeoutError
            if messages > _MOST_MESSAGES:
                raise DamagedMessageError("the number of messages is not as it has to be")
            known = stage.exercise and self.sheets[stage.exercise].lent.get((stage.frames, content))
            if known and calls < MOST_CALLS:
                calls += 1
                self._lend(connection, stage, *known, latest)
                continue
            kind, said = decode_message(content)
            if kind == "refused" and messages == 1:  # nothing of it has run yet
                self.ended = f"refused: {said['text']}"
                return
            if kind == "end":
                self._finish(said, stage)
                return
            if kind == "cell":
                self._enter_cell(said["number"], stage)
            elif kind == "failed":
                self._note(said["text"], stage)
            elif kind == "check":
                stage.frames, calls = stage.frames + 1, 0
                self._answer_check(connection, said, stage, latest)
            elif stage.exercise is None or said.get("frame") != stage.frames:
                raise DamagedMessageError("an answer to no question is not as it has to be")
            elif kind == "more":
                self._send_rest(connection, stage, latest)
            elif kind == "lend":
                calls += 1
                key = stage.frames, content
                answer = call_lent(self.sheets[stage.exercise], key, said, calls)
                self._lend(connection, stage, said["function"], answer, latest)
            else:
                self._keep(stage.exercise, said, stage)

    def _enter_cell(self, number: int, stage: _Stage) -> None:
        if number > self.data.count(b",") + 1:  # more cells than it can have
            raise DamagedMessageError("the number of a cell is not as it has to be")
        stage.cell, stage.exercise = number, None
        stage.latest = self._limit(_CELL)

    def _answer_check(
        self, connection: Connection, said: Mapping[str, Any], stage: _Stage, latest: float
    ) -> None:
        """Send the inputs, unless it is not asked for, or decided; never because of a verdict."""
        name = find_present_name(said["name"])
        if name not in self.sheets or name in self.stopped or name in self.set_aside:
            answer = json.dumps(["skip", {"id": name}])
        elif name in self.lending.lent and not self.explains:
            self.lending.late.add(name)
            answer = json.dumps(["skip", {"id": name}])
        else:
            sheet = self.sheets[name]
            more = "true" if sheet.rest else "false"
            answer = f'["frame", {{"number": {stage.frames}, "more": {more}, {sheet.frame[1:]}]'
            stage.exercise, stage.asked, stage.is_complete = name, said["asked"], not sheet.rest
            stage.latest = self._limit(_CHECK)
        connection.send(answer.encode(), latest=latest)

    def _send_rest(self, connection: Connection, stage: _Stage, latest: float) -> None:
        """Send the inputs that not everybody knows: from now on they could be said."""
        if stage.exercise is None or stage.is_complete:
            raise DamagedMessageError("a question for more inputs is not as it has to be")
        stage.is_complete = stage.knows_hidden = self.has_told = True
        connection.send(self.sheets[stage.exercise].rest, latest=latest)

    def _lend(
        self, connection: Connection, stage: _Stage, function: str, answer: bytes, latest: float
    ) -> None:
        """Send what a lent function returns."""
        self.lending.note(function, stage.exercise or "", self.sheets)
        connection.send(answer, latest=latest)

    # ---- what is concluded

    def _keep(self, name: str, said: Mapping[str, Any], stage: _Stage) -> None:
        """Keep what a submission has sent; of two answers to the same question, the later one."""
        sheet = self.sheets[name]
        if len(said["outcomes"]) > (len(sheet.cases) if stage.is_complete else sheet.task.shown):
            raise DamagedMessageError("the number of results is not as it has to be")
        answer = {**said, "knows_hidden": self.has_told}
        self.answers.setdefault(name, {})[stage.asked] = answer
        stage.exercise, stage.latest = None, self._limit(_CELL)

    def _judge(self, name: str, answers: Mapping[str, Mapping[str, Any]]) -> None:
        """Compare what was handed over; where that is not right, what has the name of it alone."""
        if "by check" in answers:
            self._judge_answer(name, answers["by check"])
        if "by name" in answers and not (name in self.results and self.results[name].passed):
            line = answers.get("by check", {}).get("line")  # of the function that was handed over
            self._judge_answer(name, {**answers["by name"], "line": line})

    def _judge_answer(self, name: str, said: Mapping[str, Any]) -> None:
        """Compare what a submission has sent, and keep the verdict."""
        sheet = self.sheets[name]
        found = said["found"]
        self.found.pop(name, None)
        if found == "nothing":
            self.results[name] = sheet.exercise.ask_for_function()
            return
        if found == "starter":
            self.results[name] = sheet.exercise.judge(None, said["line"])
            return
        if found == "problem":
            problem = said["problem"] or "Your function cannot be called."
            is_ours = not said["knows_hidden"]
            explanation = Explanation(Finding(False, problem), is_ours=is_ours, problem=problem)
        else:
            stopped = describe_lateness(self.seconds * _CHECK) if said["stopped"] else ""
            run = Run(said["outcomes"], said["repeated"], stopped)
            explanation = self._compare(sheet, run, said)
        self.found[name] = replace(explanation, line=said["line"])
        self.results[name] = sheet.exercise.judge(explanation.finding, said["line"])

    def _compare(self, sheet: Sheet, run: Run, said: Mapping[str, Any]) -> Explanation:
        try:
            return sheet.compare(run, said["parameters"], knows_hidden=said["knows_hidden"])
        except Exception:  # a comparison may fail on values that no honest function makes
            self.notes.append(f"what {sheet.exercise.name} returned could not be compared")
            text = "What your function returns could not be compared with ours."
            return Explanation(Finding(False, text), is_ours=True)

    def _note(self, text: str, stage: _Stage) -> None:
        """Keep what the submission says of itself."""
        self.notes[_MOST_NOTES:] = [text]
        self.theirs.add(text)
        self.is_doubted = self.is_doubted or stage.knows_hidden

    def _finish(self, said: Mapping[str, Any], stage: _Stage) -> None:
        for note in said["notes"]:
            self._note(note, stage)
        self.is_doubted = self.is_doubted or (stage.knows_hidden and bool(said["missed"]))
        self.missed = {name: why for name, why in said["missed"] if name in self.sheets}
        for name in said["untouched"]:
            if name in self.sheets and name not in self.results and name not in self.answers:
                self.results[name] = self.sheets[name].exercise.judge(None)
        self.ended = "finished"

    def _leave_out(self, stage: _Stage, code: int | None) -> None:
        """Note where it was stopped, or has ended by itself, and leave that out from now on."""
        if code is None:
            how = "was stopped"
        elif code in (0, -signal.SIGKILL):  # one that hangs up, we end, or it does
            how = "ended by itself (an exit, or a kill)"
        elif code < 0:
            how = f"ended by itself (signal {-code})"
        elif stage.knows_hidden:  # its number could be an input
            how = "ended by itself (an exit)"
        else:
            how = f"ended by itself (exit code {code})"
        if stage.exercise is not None:
            name = stage.exercise
            text = (
                describe_lateness(self.seconds * _CHECK).replace(", on this example too", "")
                if code is None
                else describe_end(how[len("ended by itself (") : -1])
            )
            self.found[name] = Explanation(Finding(False, text), is_ours=True)
            self.results[name] = self.sheets[name].exercise.judge(self.found[name].finding)
            self.answers.pop(name, None)
            self.stopped.add(name)
        elif stage.cell is not None and stage.cell not in self.skip:
            ask = f" ({ASK_FOR_END})" if code is None else ""
            self._note_left_out(f"cell {stage.cell} {how}{ask}; it was left out", stage)
            self.skip.add(stage.cell)
        else:
            self.ended = self.ended or how

    def _note_left_out(self, text: str, stage: _Stage) -> None:
        """Note it; which cell it says to be in, or how it ends, could be an input that it knows."""
        self.notes.append(text)
        if stage.knows_hidden and stage.cell is not None:
            self.theirs.add(text)
            self.doubted_skip.add(stage.cell)
            self.is_doubted = True


def _to_text(text: str) -> str:
    """Return light Markdown as plain text; what a submission wrote need not be Markdown at all."""
    try:
        return _cut(to_plain(text[: 2 * _LONGEST]))
    except (ValueError, RecursionError):
        return _cut(text)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"
