"""Three questions with three losses: which number makes each of them least."""

import numpy as np

from backprop.course import Exercise

exercise = Exercise(
    title="Three situations, three losses",
    statement=r"""
    Three people have to name *one* number in advance, and each pays in another way. Past
    observations are all that they know, and they are taken to come back just as often.

    1. A **courier** announces how many minutes a parcel takes. Each minute by which the announced
       time is off costs one euro, too early or too late alike. `minutes` holds past times, an odd
       number of them.
    2. A **joiner** cuts a shelf to a width before the wall is measured. The cost grows with the
       *square* of the error. `widths` holds past walls.
    3. A **weather service** announces a probability of rain. It pays $-\log$ of the probability
       that it gave to what then happened. `rained` holds a 1 for each past day with rain, a 0 for
       each without.

    Choose the loss that belongs to each, and return the three numbers that make them least.
    """,
    returns=["minute", "width", "rain"],
    practises=["absolute error", "squared error", "cross-entropy", "choosing a loss"],
    minutes=15,
    hints=[
        """
        Ask of each loss how hard an observation pulls at the announced number. It is least where
        all pulls cancel.
        """,
        """
        The absolute error pulls equally hard at any distance, so as many observations have to lie
        on one side as on the other. The squared error pulls the harder the further away.
        """,
        r"""
        For the third, let $r$ days of $n$ have rain. The loss is
        $-r \log q - (n - r) \log(1 - q)$, with slope $-\frac{r}{q} + \frac{n - r}{1 - q}$. Where is
        it 0?
        """,
    ],
    why=r"""
    The absolute error is least at the median, the squared error at the mean, and cross-entropy at
    the share of rainy days. With $r$ rainy days of $n$, and the probability $q$ announced, the wet
    days pull $q$ up by $\frac{r}{q}$ and the dry ones down by $\frac{n - r}{1 - q}$; the two are
    equal at $q = \frac{r}{n}$. So whoever chooses a loss chooses which answer counts as the best
    one.
    """,
    fixed=[
        (np.array([20.0, 25.0, 60.0]), np.array([1.0, 3.0]), np.array([1.0, 0.0, 0.0, 0.0])),
        (
            np.array([60.0, 20.0, 23.0, 22.0, 25.0]),
            np.array([80.0, 81.5, 79.0]),
            np.array([0.0, 1.0, 1.0, 0.0, 1.0]),
        ),
        # equal times count as often as they come, and a time may have half a minute
        (
            np.array([20.5, 30.0, 20.5, 40.0, 20.5]),
            np.array([81.0, 79.0, 82.0, 79.0]),
            np.array([1.0, 1.0, 0.0]),
        ),
    ],
)


@exercise.starter
def best_answers(minutes, widths, rained):
    minute = ...
    width = ...
    rain = ...
    return minute, width, rain


@exercise.reference
def best_answers(minutes, widths, rained):
    minute = np.median(minutes)
    width = np.mean(widths)
    rain = np.mean(rained)
    return minute, width, rain


@exercise.inputs
def _(rng):
    count = int(rng.choice([3, 5, 7]))
    minutes = rng.choice(np.arange(15.0, 40.0, 2.5), size=count)
    minutes[int(rng.integers(count))] = float(rng.integers(60, 120))
    widths = rng.integers(156, 165, size=int(rng.integers(3, 7))) / 2
    days = int(rng.integers(5, 12))
    rained = np.zeros(days)
    rained[: int(rng.choice([k for k in range(1, days) if 2 * k != days]))] = 1.0
    return minutes, widths, rng.permutation(rained)


@exercise.misconception(
    """
    You announce the mean time, which a single late parcel drags along. One minute costs one euro at
    any distance, so the far ones pull no harder than the near ones: what balances them is the
    median, with as many times below as above.
    """
)
def mean_of_minutes(minutes, widths, rained):
    return np.mean(minutes), np.mean(widths), np.mean(rained)


@exercise.misconception(
    """
    You took the number in the middle of the list as it stands. The median is the middle one in the
    order of *size*: sort first, or use `np.median`.
    """
)
def middle_without_sorting(minutes, widths, rained):
    return minutes[len(minutes) // 2], np.mean(widths), np.mean(rained)


@exercise.misconception(
    """
    You took the median of the widths. With squares the pull grows with the distance, so the sum of
    the residuals has to be 0: that is so at the mean.
    """
)
def median_of_widths(minutes, widths, rained):
    return np.median(minutes), np.median(widths), np.mean(rained)


@exercise.misconception(
    """
    You have the two losses the wrong way round: one euro a minute is the absolute error, least at
    the median, and a cost that grows with the square is least at the mean.
    """
)
def swapped(minutes, widths, rained):
    return np.mean(minutes), np.median(widths), np.mean(rained)


@exercise.misconception(
    r"""
    You announce 0 or 1, whichever was more frequent. On the first day on which it turns out
    otherwise, $-\log 0$ is to be paid: infinity. Announce how often it rains.
    """
)
def more_frequent(minutes, widths, rained):
    return np.median(minutes), np.mean(widths), np.round(np.mean(rained))


@exercise.misconception(
    """
    That is the share of the days *without* rain. The probability of rain is wanted.
    """
)
def dry_days(minutes, widths, rained):
    return np.median(minutes), np.mean(widths), 1 - np.mean(rained)


@exercise.misconception(
    """
    You announce one half. That costs log 2 a day, whatever happens; but the past days say more than
    nothing, and the share of those with rain costs less.
    """
)
def one_half(minutes, widths, rained):
    return np.median(minutes), np.mean(widths), 0.5


@exercise.misconception(
    """
    That is the loss which the best answer costs, not the answer. Return the probability itself.
    """
)
def loss_for_answer(minutes, widths, rained):
    q = np.mean(rained)
    loss = -q * np.log(q) - (1 - q) * np.log(1 - q)
    return np.median(minutes), np.mean(widths), loss


@exercise.misconception(
    """
    You named the middle between the shortest and the longest time. Then only the two ends count;
    with one euro a minute all times do, each with the same pull, and what balances them is the
    median.
    """
)
def middle_of_range(minutes, widths, rained):
    return (np.min(minutes) + np.max(minutes)) / 2, np.mean(widths), np.mean(rained)


@exercise.misconception(
    """
    You return how many days had rain. A probability is a share: divide by the number of days.
    """
)
def count_of_days(minutes, widths, rained):
    return np.median(minutes), np.mean(widths), np.sum(rained)


@exercise.misconception(
    """
    You divided the days with rain by those *without*. A probability is a share of all days.
    """
)
def odds(minutes, widths, rained):
    return np.median(minutes), np.mean(widths), np.sum(rained) / np.sum(1 - rained)


@exercise.misconception(
    """
    You announce the longest time, to be safe. But a parcel that comes too early costs as much as
    one that comes too late, minute by minute: as many have to be on one side as on the other.
    """
)
def longest_time(minutes, widths, rained):
    return np.max(minutes), np.mean(widths), np.mean(rained)


@exercise.misconception(
    r"""
    For rain you return $-\log$ of the share of rainy days. That is what each rainy day costs
    whoever announced this share. Asked for is the announcement: the share itself.
    """
)
def price_of_a_rainy_day(minutes, widths, rained):
    return np.median(minutes), np.mean(widths), -np.log(np.mean(rained))


@exercise.misconception(
    """
    You announce the shortest time. Then all other parcels come too late, and each minute of that
    costs a euro: the pulls balance where as many times lie below as above.
    """
)
def shortest_time(minutes, widths, rained):
    return np.min(minutes), np.mean(widths), np.mean(rained)


@exercise.misconception(
    """
    You cut to the middle between the narrowest and the widest wall. Then only the two ends count;
    with squares every wall pulls, by twice its distance, and all pulls cancel at the mean.
    """
)
def middle_of_widths(minutes, widths, rained):
    return np.median(minutes), (np.min(widths) + np.max(widths)) / 2, np.mean(rained)


@exercise.misconception(
    """
    For the joiner you returned the mean of `minutes`. The wall is in `widths`.
    """
)
def mean_of_minutes_for_width(minutes, widths, rained):
    return np.median(minutes), np.mean(minutes), np.mean(rained)


@exercise.misconception(
    """
    You count the rainy days among the *minutes*: you divide by the number of past times. The share
    is one of the days, and there are `len(rained)` of them.
    """
)
def divided_by_other_length(minutes, widths, rained):
    return np.median(minutes), np.mean(widths), np.sum(rained) / len(minutes)


@exercise.misconception(
    """
    You took each time once, however often it came. But every parcel pulls, also one that took as
    long as another: a time that came three times counts three times.
    """
)
def each_time_once(minutes, widths, rained):
    return np.median(np.unique(minutes)), np.mean(widths), np.mean(rained)


@exercise.misconception(
    """
    You took each width once, however often it came. But every wall pulls, also one that is as wide
    as another.
    """
)
def each_width_once(minutes, widths, rained):
    return np.median(minutes), np.mean(np.unique(widths)), np.mean(rained)
