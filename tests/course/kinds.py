"""One question and one prediction of every kind, small enough to see through."""

from typing import Any

from backprop import show
from backprop.course import Predictions, Quiz, guess, right, step, wrong, wrong_order


def quiz_of_every_kind() -> Quiz:
    quiz = Quiz("Every kind")
    quiz.chapter = "kinds"

    quiz.choice(
        "half", "What is half of $3$?", hint="Divide.",
        options=[right("$1.5$", "Because $3 / 2 = 1.5$."), wrong("twice", "6", "You doubled."),
                 wrong("whole", "1", "You rounded.")],
    )  # fmt: skip
    quiz.several(
        "even", "Which of these are even?", hint="Divide by 2.", reasoning="Zero is even, too.",
        options=[right("$2$", "2 is $2 \\cdot 1$.", name="two"),
                 right("0", "0 is $2 \\cdot 0$.", name="zero"),
                 wrong("three", "$3$", "3 leaves 1."), wrong("five", "5", "5 leaves 1.")],
    )  # fmt: skip
    quiz.order(
        "steps", "Put the steps of a walk downhill in order.", hint="Where do you begin?",
        reasoning="Stand, feel, go, repeat.",
        steps=[step("start", "Stand somewhere"),
               step("feel", "Feel the slope $s$", "There is no slope before you stand."),
               step("go", "Step *down*", "You cannot know which way is down before you feel it."),
               step("again", "Do it again", "Nothing has been done yet.")],
        mistakes=[wrong_order("blind", ["go", "feel", "again"], "You went before you felt.")],
    )  # fmt: skip

    @quiz.number(
        text="A rope of [[x]] m is cut in two.\n\nHow long is each piece?", label="Length =",
        unit="m", decimals=2, variants=5, hint="Divide.", reasoning="$[[x]] / 2 = [[answer]]$.",
    )  # fmt: skip
    def rope(x):
        return x / 2

    @rope.draw
    def _(rng):
        return {"x": rng.integers(1, 100)}

    @rope.check
    def _(x):
        return 0.5 * x

    @rope.misconception("You doubled [[x]].")
    def doubled(x):
        return 2 * x

    @quiz.predict(
        text="We take the root of 2, and the root again, and so on.\n\nWhere does it go?",
        guesses=[guess("one", "To $1$", "Each root comes closer to 1."),
                 guess("zero", "To 0", "A root of what is above 1 stays above 1."),
                 guess("grows", "Ever up", "Roots of what is above 1 are smaller.")],
    )  # fmt: skip
    def roots():
        value = 2.0
        for _ in range(60):
            value = value**0.5
        return "one" if abs(value - 1) < 1e-9 else "grows"

    @quiz.predict(
        text="We walk [[n]] steps of half a metre.\n\nHow far?", low=0, high=50, near=0.5,
        unit="m", decimals=1, variants=6, because="Each step adds $0.5$, and $[[n]]$ of them do.",
    )  # fmt: skip
    def walk(n):
        return 0.5 * n

    @walk.draw
    def _(rng):
        return {"n": rng.integers(4, 20)}

    @walk.check
    def _(n):
        return sum([0.5] * n)

    @walk.misconception("That would be steps of a whole metre.")
    def whole_steps(n):
        return float(n)

    @quiz.predict(text="How high is the root of two?", low=0, high=2, because="$1.41^2 = 1.99$.")
    def root_of_two():
        return 2.0**0.5

    @quiz.code(
        text="Write one step of gradient descent.", assigns="w",
        hint="Against the gradient.", reasoning="`w - eta * gradient`.",
    )  # fmt: skip
    def update(w, eta, gradient):
        return w - eta * gradient

    @update.misconception("That goes uphill.")
    def uphill(w, eta, gradient):
        return w + eta * gradient

    @update.misconception("The old value is lost.")
    def overwritten(w, eta, gradient):
        return -eta * gradient

    @quiz.code(text="The distance of $a$ and $b$?", hint="Size.", reasoning="`abs(a - b)`.")
    def distance(a, b):
        return abs(a - b)

    @distance.misconception("It may be negative.")
    def signed(a, b):
        return a - b

    return quiz


def predictions_of_every_kind() -> Predictions:
    predictions = Predictions()
    predictions.chapter = "kinds"

    @predictions.number(
        text="A wheel has 12 teeth.\n\nHow many have $3$ of them?", label="Teeth:", unit="teeth",
        line=(0, 50), because="Three times $12$.",
    )  # fmt: skip
    def teeth() -> float:
        return 3 * 12.0

    @predictions.number(
        text="How likely is heads?", label="p =", decimals=2, within=(0, 1),
        because="One side of two.",
    )  # fmt: skip
    def heads() -> float:
        return 0.5

    @predictions.number(text="How many legs has a spider?", within=(0, None), because="Count them.")
    def legs() -> float:
        return 8.0

    @predictions.number(text="What is $2^{20}$?", because="Double twenty times.")
    def doublings() -> float:
        return 2.0**20

    @predictions.number(text="What is $-1/3$?", decimals=3, because="A third of a debt.")
    def third() -> float:
        return -1 / 3

    @predictions.choice(
        text="Does $\\sqrt 2$ lie above 1?", because="Because $1 \\cdot 1 = 1$.",
        options={"above": "Above $1$.", "at": "At 1", "below": "*Below* 1"},
    )  # fmt: skip
    def root() -> str:
        return "above" if 2**0.5 > 1 else "below"

    @predictions.several(
        text="Which of these are even?", because="Halve them.", in_order=True,
        options={"two": "$2$", "three": "$3$", "zero": "0"},
    )  # fmt: skip
    def even() -> list[str]:
        return [name for name, n in {"two": 2, "three": 3, "zero": 0}.items() if n % 2 == 0]

    @predictions.several(
        text="Which of these are below zero?", because="None.", options={"one": "1", "two": "2"}
    )
    def negative() -> list[str]:
        return []

    @predictions.point(
        text="Where does the parabola $(x - 1)^2$ touch the ground?", picture=draw_plane,
        because="Where $x = 1$.",
    )  # fmt: skip
    def foot() -> tuple[float, float]:
        return 1.0, 0.0

    @predictions.curve(
        text="Draw $(x - 1)^2$.", picture=draw_plane, places=5, because="It is never negative."
    )
    def parabola(x: Any) -> Any:
        return (x - 1) ** 2

    return predictions


def draw_plane() -> show.Plane:
    return show.plane(
        lambda ax: ax.set(xlim=(-1, 3), ylim=(-1, 5), xlabel="x", ylabel="height"),
        title="An empty plane",
        alt="Axes: x from −1 to 3, height from −1 to 5.",
    )
