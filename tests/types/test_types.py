"""What type checkers and editors learn from the package, on programs as users write them."""

import json
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.programs

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))

#: Lines that are wrong, and that a type checker must say so of. Each follows this beginning.
BEGINNING = """\
import numpy as np
import backprop as bp
w = bp.Variable(3.0)
v = bp.Variable([1.0, 2.0])
net = bp.Sequential(bp.Linear(1, 2), bp.relu)
optimizer = bp.Adam(net)
"""
WRONG = """\
bp.fitt(lambda: w, w, optimizer)
bp.importlib
bp.Any
bp.TYPE_CHECKING
bp.show.grpah(w)
bp.course.quizz("fitting")
bp.exp("one")
bp.exp(None)
bp.exp(w).vlaue
bp.exp(1.0).backward()
bp.exp(1.0).shape
bp.exp(np.ones(3)).backward()
bp.exp(1.0, 2.0)
bp.exp(x=1.0)
bp.maximum(w)
bp.maximum(w, "one")
bp.clip(w, "low", 1.0)
bp.sum(v, axes=0)
bp.sum(v, axis="rows")
bp.sum([1.0, 2.0]).backward()
bp.max(v, axis=(0, 1))
bp.reshape(v, "flat")
bp.concatenate(3.0)
bp.Variable("one")
bp.Variable(w)
bp.Variable(None)
bp.Variable(1.0, 2.0)
bp.constant("one")
w.grads
w.value.backward()
w.grad.backwards()
w.backwards()
w.backward(retain_grpah=True)
w.value = "one"
w + "one"
"one" * w
w @ None
w.item()
w.detach()
w.numpy()
w.zero_grad()
np.linalg.norm(w)
bp.grad(2.0)
bp.grad(lambda x: x)("one")
bp.grad(lambda x: x)(2.0).backward()
bp.numeric_gradient(lambda x: x, "one")
bp.numeric_gradient(lambda x: x, 2.0).shape
bp.check_gradients(lambda x: x, "one")
bp.ssr(w)
bp.ssr(w, "observed")
bp.ssr([1.0], [2.0]).backward()
bp.softmax_cross_entropy(v, labels="cat")
bp.linear(v, [[1.0]], activation="relu")
bp.conv2d(v, v, stride="two")
bp.dropout(v, 0.5, 0)
bp.embedding(v, "words")
net("one")
net([[1.0]]).vlaue
net.layer
net.parameter()
bp.Linear("one", 2)
bp.Linear(1)
bp.Linear(1, 2, "relu")
bp.Linear(1, 2, seed="zero")
bp.Sequential(1)
bp.Dropout("half")
bp.Adam(net, learning_rate="fast")
bp.Adam(net, lr=0.1)
bp.Adam(3.0)
bp.Momentum(net, momentum="much")
optimizer.steps()
optimizer.zero_grads()
bp.fit(lambda: w, w)
bp.fit(lambda: w, w, optimizer, step=3)
bp.fit(lambda: w, w, bp.Adam)
bp.fit(lambda: w, w, optimizer, callbacks=print)
bp.fit(lambda: w, w, optimizer).losses
bp.schedules.cosine("fast", 3)
bp.schedules.cosin(0.1, 3)
bp.initializers.he((2, 3))
bp.data.dose()
bp.derive(w, w).path
"""


def mypy(*files: Path) -> dict[tuple[str, int], str]:
    """What mypy says of which line of which file."""
    command = [BIN / "mypy", "--strict", "--no-error-summary", "--cache-dir", files[0].parent]
    command += ["--config-file", ROOT / "pyproject.toml", *files]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    found = re.findall(r"^(.+?):(\d+): error: (.*)$", done.stdout, re.MULTILINE)
    return {(Path(file).name, int(line)): said for file, line, said in found}


def pyright(*files: Path) -> dict[tuple[str, int], str]:
    """What pyright, which is also the checker behind VS Code, says of which line."""
    command = [BIN / "pyright", "--outputjson", "--pythonpath", sys.executable, *files]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return {
        (Path(one["file"]).name, one["range"]["start"]["line"] + 1): one["message"]
        for one in json.loads(done.stdout)["generalDiagnostics"]
        if one["severity"] == "error"
    }


@pytest.fixture(scope="module", params=[mypy, pyright], ids=["mypy", "pyright"])
def said(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, int], str]:
    """What a checker says of right and of wrong programs: it starts once for both."""
    folder = tmp_path_factory.mktemp("programs")
    files = [folder / "wrong.py", *(folder / program.name for program in PROGRAMS)]
    texts = [BEGINNING + WRONG, *(program.read_text(encoding="utf-8") for program in PROGRAMS)]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text, encoding="utf-8")
    found: dict[tuple[str, int], str] = request.param(*files)
    return found


def test_right_programs_are_right(said: dict[tuple[str, int], str]) -> None:
    assert {place: message for place, message in said.items() if place[0] != "wrong.py"} == {}


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.stem)
def test_right_programs_run(program: Path) -> None:
    assert runpy.run_path(str(program))


def test_wrong_lines_are_wrong(said: dict[tuple[str, int], str]) -> None:
    lines = {line for file, line in said if file == "wrong.py"}
    first = BEGINNING.count("\n") + 1
    assert {line for line in lines if line < first} == set()
    missed = [line for i, line in enumerate(WRONG.splitlines(), first) if i not in lines]
    assert missed == []
