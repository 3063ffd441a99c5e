"""What the chapter on digits says, worked out in plain NumPy, without the engine."""

import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from tests.notebooks.test_figure_texts import read

FILE = Path(__file__).parents[2] / "backprop" / "show" / "live" / "digit_weights.json"


@pytest.fixture(scope="module")
def digits() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return images from 0 to 1, labels, and the lot of the chapter."""
    images, labels = load_digits(return_X_y=True)
    return images / 16, labels, np.random.default_rng(1).permutation(len(labels))


def read_images(images: np.ndarray) -> np.ndarray:
    """Read images with the weights that are kept in the repository."""
    kept = {name: np.array(each) for name, each in json.loads(FILE.read_text("utf-8")).items()}
    assert sum(each.size for each in kept.values()) == 2410
    hidden = np.maximum(images @ kept["w1"] + kept["b1"], 0)
    found: np.ndarray = (hidden @ kept["w2"] + kept["b2"]).argmax(axis=1)
    return found


def test_the_kept_network_reads_441_of_450_and_98_of_the_hundred(digits) -> None:
    images, labels, order = digits
    right = read_images(images[order[1347:]]) == labels[order[1347:]]
    assert right.sum() == 441
    assert right[:100].sum() == 98
    text = read("digits")
    assert "a network of 2,410 numbers" in text
    assert "Ninety-eight it read as their writers meant them. Two, in frames, it did not" in text
    missed = order[1347:1447][~right[:100]]
    assert labels[missed].tolist() == [4, 4]
    assert read_images(images[missed]).tolist() == [6, 8]
    assert "Both are fours" in text
    assert "it took them for a 6 and an 8" in text


def test_a_pixel_counts_sixteen_dots_and_there_are_1797_images(digits) -> None:
    images, _, _ = digits
    assert images.shape == (1797, 64)
    assert set(np.unique(16 * images)) == set(range(17))
    assert "the 1,797 of them" in read("digits")


def test_neighbours_in_the_set_are_alike(digits) -> None:
    images, _, _ = digits
    nearest = [
        np.argsort(((images - image) ** 2).sum(axis=1), kind="stable")[1] for image in images
    ]
    near = np.abs(np.array(nearest) - np.arange(len(images))) <= 75
    assert f"{near.mean():.0%}" == "46%"
    text = read("digits")
    assert "of 46 % of the images the most similar one is among the 75 before or the 75" in text
    assert "where chance would give 8 %" in text


def test_what_knows_nothing_has_a_loss_of_log_ten() -> None:
    assert rf"$\log 10 = {np.log(10):.2f}$" in read("digits")


def test_the_network_of_the_chapter_has_as_many_parameters_as_its_prediction_says() -> None:
    source = (Path(__file__).parents[2] / "exercises" / "digits" / "predictions.py").read_text(
        "utf-8"
    )
    assert 64 * 64 + 64 + 64 * 10 + 10 == 4810
    assert "It has 4,810 parameters for 200 images" in source


def test_chance_alone_moves_the_share_of_450_images_by_so_much() -> None:
    hits = np.random.default_rng(0).binomial(450, 440 / 450, size=20_000) / 450
    assert f"{100 * hits.std():.1f}" == f"{100 * np.sqrt(440 * 10 / 450**3):.1f}" == "0.7"
    assert "as with $m$ throws of a coin, here by 0.7 %" in read("digits")
