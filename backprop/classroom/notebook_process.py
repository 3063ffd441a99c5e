"""The process in which a notebook runs while its exercises are checked; see `grade`.

``python -m backprop.classroom.notebook_process`` reads its task from standard input and reports
line by line what it finds, so that nothing is lost when it is stopped.
"""

import json
import os
import sys
from collections.abc import Callable
from typing import Any

from backprop.classroom.cells import describe_problem
from backprop.course import exercise, exercises
from backprop.course.exercise import Exercise, Result, watch_checks

__all__ = ["main"]

Report = Callable[[dict[str, Any]], None]


def main() -> None:
    """Run the notebook that standard input describes."""
    task = json.load(sys.stdin)
    with (
        open(os.devnull, encoding="utf-8") as nothing,
        open(task["record"], "a", encoding="utf-8") as record,
    ):
        os.dup2(nothing.fileno(), 0)  # input() finds nobody to ask

        def report(line: dict[str, Any]) -> None:
            record.write(json.dumps(line) + "\n")
            record.flush()

        shell = _make_shell(report)
        _limit_resources(task["seconds"], task["megabytes"], report)
        checked = _watch_checks(report)
        sys.path.insert(0, "")  # as in Jupyter: files beside the notebook can be imported
        for number, source in task["cells"]:
            report({"cell": number})
            done = shell.run_cell(source, store_history=False)
            problem = done.error_before_exec or done.error_in_exec
            if problem is not None:
                text = describe_problem(problem)
                report({"failed": number, "note": f"cell {number} stopped with an error: {text}"})
        _check_by_name(shell.user_ns, checked)
        report({"end": True})
    # A thread that the notebook has left asleep would keep this process from ending.
    os._exit(0)


def _make_shell(report: Report) -> Any:
    """Make what runs cells: magics and `display` work, and nothing is kept of it."""
    try:
        from IPython.core.interactiveshell import InteractiveShell
    except ImportError:
        report({"note": 'notebooks are run by IPython: pip install "backprop-book[notebook]"'})
        sys.exit(1)
    from traitlets.config import Config

    settings = Config()
    settings.HistoryManager.enabled = False
    shell: Any = InteractiveShell.instance(config=settings)
    for magic in (
        "matplotlib",
        "pip",
        "conda",
        "mamba",
        "uv",
    ):  # nobody looks, nothing is installed
        shell.register_magic_function(_do_nothing, "line", magic)
    shell.system = shell.getoutput = _do_nothing
    return shell


def _do_nothing(line: str, *others: object, **more: object) -> None:
    """Stand for what is not done while a notebook is checked: `%matplotlib`, `%pip`, `!command`."""


def _limit_resources(seconds: int, megabytes: int, report: Report) -> None:
    """Limit processor time and memory, or say that the system cannot."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (seconds + 5, seconds + 5))
        if sys.platform == "darwin":
            raise OSError("macOS does not keep to it")
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    except (ImportError, OSError, ValueError):
        report({"note": "memory is not limited: this system offers no way to"})


def _watch_checks(report: Report) -> dict[str, tuple[object, Result]]:
    """See to it that every check is reported; return the last of each exercise."""
    checked: dict[str, tuple[object, Result]] = {}

    def record(exercise: Exercise, function: object, result: Result) -> None:
        if exercise.id in exercises():
            checked[exercise.id] = function, result
            report(
                {
                    "id": exercise.id,
                    "title": exercise.title,
                    "attempted": result.attempted,
                    "passed": result.passed,
                    "message": result.message,
                    "misconception": result.misconception,
                    "example": result.example,
                }
            )

    watch_checks(record)
    return checked


def _check_by_name(namespace: dict[str, Any], checked: dict[str, tuple[object, Result]]) -> None:
    """Check functions that carry the name of an exercise, where no check has found them right."""
    handed_over = [function for function, _ in checked.values()]
    for name in exercises():
        function: Any = namespace.get(exercise(name).name)
        theirs = getattr(function, "__module__", None) == "__main__" and callable(function)
        if theirs and not any(function is other for other in handed_over):
            right_already = name in checked and checked[name][1].passed
            if not right_already:
                exercise(name).check(function)


if __name__ == "__main__":
    main()
