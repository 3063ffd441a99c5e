"""The dialogue with one submission: it says where it is, asks for inputs, and sends values."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from backprop.classroom.connection import Connection, Server
from backprop.classroom.encoding import DamagedMessageError, decode_message, encode_value
from backprop.classroom.explanations import Explanation
from backprop.classroom.notebooks import ASK_FOR_END
from backprop.classroom.sheets import Sheet, check_arguments
from backprop.course.calls import Run, describe_end, describe_lateness
from backprop.course.exercise import Result
from backprop.course.grading import Finding
from backprop.course.markup import to_plain
from backprop.course.renamed import find_present_name
from backprop.course.series import Part

__all__ = ["LARGEST_FILE", "Dialogue"]

LARGEST_FILE = 20_000_000  # bytes
#: Of the time of a submission: for one cell, for all examples of one exercise, and until what does
#: not stop by itself is ended.
_CELL, _CHECK, _GRACE = 0.25, 0.15, 0.075
_ATTEMPTS = 8
_MOST_CALLS = 20_000  # of lent functions, in one exercise
_MOST_MESSAGES, _MOST_NOTES = 200_000, 50
_MOST_KEPT, _LONGEST_KEPT = 10_000, 4_096  # calls of lent functions that are made once for all


@dataclass
class _Stage:
    """Where a submission is: in a cell, or in a check of an exercise."""

    cell: int | None = None
    exercise: str | None = None
    latest: float = 0.0
    frames: int = 0
    is_complete: bool = False  # whether all inputs of the exercise were given
    knows_hidden: bool = False  # whether some were that not everybody knows


@dataclass
class Dialogue:
    """The dialogue with one submission; it may take several attempts, each in a fresh process.

    Where something is to be shown that a hidden input could speak through, it is said once more by
    a process that was given none: see `explanations`.
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
    lent: set[str] = field(default_factory=set)
    names_lent: set[str] = field(default_factory=set)
    stopped: set[str] = field(default_factory=set)
    skip: set[int] = field(default_factory=set)
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
            "notes": list(dict.fromkeys(self.notes)),
            "ended": self.ended,
            "cpu": round(self.cpu + time.thread_time() - began, 6),
            "walls": self.server.walls,
        }

    def _run(self, latest: float) -> None:
        attempts = 0
        while not self.ended:
            attempts += 1
            self._attempt(latest)
            if attempts == _ATTEMPTS and not self.ended:
                self.ended = f"ended by itself {attempts} times"

    def _explain(self, latest: float) -> None:
        """Keep of what was said our own words alone, and what a process says that knew nothing."""
        told: Mapping[str, Explanation] = {}
        if self.is_doubted or not all(
            found.is_ours or found.is_right_on_shown for found in self.found.values()
        ):
            told = self._say_again(latest)
        for name, found in self.found.items():
            sheet = self.sheets[name]
            finding = found.explain(told.get(name), sheet.task, self.data)
            self.results[name] = sheet.exercise.judge(finding, found.line)

    def _say_again(self, latest: float) -> Mapping[str, Explanation]:
        """Run it in a process that is given no hidden input, and keep what that says of itself."""
        ours = {name for name, found in self.found.items() if found.is_ours}
        again = Dialogue(
            self.data, self.cells, self.seconds, self.server,
            {name: sheet.shown for name, sheet in self.sheets.items() if name not in ours},
            stopped=self.stopped, skip=set(self.skip),
        )  # fmt: skip
        again._run(max(latest, time.monotonic() + self.seconds * _CHECK))
        self.cpu += again.cpu
        self.notes = [note for note in self.notes if note not in self.theirs] + again.notes
        self.missed = {
            name: again.missed.get(name, "No check of it was run to its end.")
            for name in self.missed
        }
        return again.found

    def _describe(self, name: str) -> dict[str, Any]:
        result = self.results.get(name)
        if result is None:
            why = self.missed.get(name) or f"The notebook was not run to its end: {self.ended}."
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
            "example": [list(row) for row in result.example],
        }

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
            self.ended = f"stopped after {self.seconds} seconds"
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
            if known:
                self._send_lent(connection, *known, latest)
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
                answer = self._call_lent(said, stage.exercise, calls)
                self._keep_lent(content, said["function"], answer, stage)
                self._send_lent(connection, said["function"], answer, latest)
            else:
                self._keep(stage.exercise, said, stage)
                stage.exercise = None
                stage.latest = self._limit(_CELL)

    def _enter_cell(self, number: int, stage: _Stage) -> None:
        if number > self.data.count(b",") + 1:  # more cells than it can have
            raise DamagedMessageError("the number of a cell is not as it has to be")
        stage.cell, stage.exercise = number, None
        stage.latest = self._limit(_CELL)

    def _answer_check(
        self, connection: Connection, said: Mapping[str, Any], stage: _Stage, latest: float
    ) -> None:
        name = find_present_name(said["name"])
        decided = name in self.results and self.results[name].passed
        if (
            name not in self.sheets
            or name in self.stopped
            or name in self.lent
            or (said["asked"] == "by name" and decided)
        ):
            answer = json.dumps(["skip", {"id": name}])
        else:
            sheet = self.sheets[name]
            more = "true" if sheet.rest else "false"
            answer = f'["frame", {{"number": {stage.frames}, "more": {more}, {sheet.frame[1:]}]'
            stage.exercise, stage.is_complete = name, not sheet.rest
            stage.latest = self._limit(_CHECK)
        connection.send(answer.encode(), latest=latest)

    def _send_rest(self, connection: Connection, stage: _Stage, latest: float) -> None:
        """Send the inputs that not everybody knows: from now on they could be said."""
        if stage.exercise is None or stage.is_complete:
            raise DamagedMessageError("a question for more inputs is not as it has to be")
        stage.is_complete = stage.knows_hidden = self.has_told = True
        connection.send(self.sheets[stage.exercise].rest, latest=latest)

    def _call_lent(self, said: Mapping[str, Any], name: str, calls: int) -> bytes:
        """Call our function of an earlier part; return the message that says what it returns."""
        exercise = self.sheets[name].exercise
        try:
            if not isinstance(exercise, Part) or calls > _MOST_CALLS:
                raise ValueError("nothing is lent any more")
            function = exercise.earlier[said["function"]]
            arguments = check_arguments(exercise, said["function"], said["arguments"])
            answer = ["lent", {"value": encode_value(function(*arguments))}]
        except Exception as error:
            text = f"{said['function']} cannot be called like this: {error}"
            answer = ["refused", {"text": text[:300]}]
        return json.dumps(answer).encode()

    def _keep_lent(self, content: bytes, function: str, answer: bytes, stage: _Stage) -> None:
        """Keep what a question was answered, for everybody who asks the same."""
        kept = self.sheets[stage.exercise or ""].lent
        if len(kept) < _MOST_KEPT and len(content) + len(answer) < _LONGEST_KEPT:
            kept[stage.frames, content] = function, answer

    def _send_lent(
        self, connection: Connection, function: str, answer: bytes, latest: float
    ) -> None:
        """Send it; from now on the verdict of that part cannot change."""
        if function not in self.names_lent:
            self.names_lent.add(function)
            self.lent |= {n for n, sheet in self.sheets.items() if sheet.exercise.name == function}
        connection.send(answer, latest=latest)

    # ---- what is concluded

    def _keep(self, name: str, said: Mapping[str, Any], stage: _Stage) -> None:
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
            is_ours = not self.has_told
            explanation = Explanation(Finding(False, problem), is_ours=is_ours, problem=problem)
        else:
            stopped = describe_lateness(self.seconds * _CHECK) if said["stopped"] else ""
            run = Run(said["outcomes"], said["repeated"], stopped)
            if len(run.outcomes) > (len(sheet.cases) if stage.is_complete else sheet.task.shown):
                raise DamagedMessageError("the number of results is not as it has to be")
            explanation = self._compare(sheet, run, said["parameters"])
        self.found[name] = replace(explanation, line=said["line"])
        self.results[name] = sheet.exercise.judge(explanation.finding, said["line"])

    def _compare(self, sheet: Sheet, run: Run, parameters: Sequence[str]) -> Explanation:
        try:
            return sheet.compare(run, parameters, knows_hidden=self.has_told)
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
            if name in self.sheets and name not in self.results:
                self.results[name] = self.sheets[name].exercise.judge(None)
        self.ended = "finished"

    def _leave_out(self, stage: _Stage, code: int | None) -> None:
        """Note where it was stopped, or has ended by itself, and leave that out from now on."""
        if code is None:
            how = "was stopped"
        elif code < 0:
            how = f"ended by itself (signal {-code})"
        elif stage.frames:  # its number could be an input
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
            self.stopped.add(name)
        elif stage.cell is not None and stage.cell not in self.skip:
            ask = f" ({ASK_FOR_END})" if code is None else ""
            self.notes.append(f"cell {stage.cell} {how}{ask}; it was left out")
            self.skip.add(stage.cell)
        else:
            self.ended = self.ended or how


def _to_text(text: str) -> str:
    """Return light Markdown as plain text; what a submission wrote need not be Markdown at all."""
    try:
        return to_plain(text)
    except ValueError:
        return text
