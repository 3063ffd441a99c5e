"""What people write who build an engine for the first time; see :mod:`tests.course.slips`."""

from .slips import Slip

SHARES = """
def send_shares(arrived, arguments, local, upstream):
    after = arrived.copy()
    for argument, slope in zip(arguments, local):
        {line}
    return after
"""
DIVIDE = """
def divide(a, b):
    value = a / b
    local_a = {a}
    local_b = {b}
    return value, local_a, local_b
"""
WALK = """
def walk_from_result(count, edges):
    arrived = np.zeros(count)
    arrived[-1] = 1.0
    waiting = [count - 1]
    while waiting:
        {line}
        for result, argument, local in edges:
            if result == node:
                arrived[argument] += local * arrived[node]
                if argument not in waiting:
                    waiting.append(argument)
    return arrived
"""
FAULT = 6  # the line that chooses who sends
FOUND = (
    "Line 6 it is. `pop(0)` takes the node that has waited longest. On a short cut something "
    "arrives early at an old node, and so it sends before its younger neighbours have sent their "
    "shares to it."
)

SLIPS_ENGINE = [
    # ---- engine/send_shares
    Slip(
        "engine/send_shares",
        "replaced",
        "the `=` of the starter is left as it is",
        SHARES.format(line="after[argument] = slope * upstream"),
        "The share takes the place of what was there: with",
    ),
    Slip(
        "engine/send_shares",
        "all_at_once",
        "a list of places, of which NumPy counts each once",
        """
def send_shares(arrived, arguments, local, upstream):
    after = arrived.copy()
    after[list(arguments)] += upstream * np.array(local)
    return after
""",
        "Where both arguments are the same node, only the second",
    ),
    Slip(
        "engine/send_shares",
        "added_to_the_old_array",
        "the sum is taken with what was there before the turn",
        SHARES.format(line="after[argument] = arrived[argument] + slope * upstream"),
        "Where both arguments are the same node, only the second",
    ),
    Slip(
        "engine/send_shares",
        "upstream_forgotten",
        "the local derivative alone is added",
        SHARES.format(line="after[argument] += slope"),
        "You add the local derivative alone.",
    ),
    Slip(
        "engine/send_shares",
        "local_forgotten",
        "upstream is handed on as it is",
        SHARES.format(line="after[argument] += upstream"),
        "You hand on the upstream gradient as it is.",
    ),
    Slip(
        "engine/send_shares",
        "subtracted",
        "the share is subtracted",
        SHARES.format(line="after[argument] -= slope * upstream"),
        "Your `arrived` is what ours would be with the opposite sign of `upstream`",
    ),
    Slip(
        "engine/send_shares",
        "added_up_before",
        "local and upstream are added",
        SHARES.format(line="after[argument] += slope + upstream"),
        "You add local and upstream to each other.",
    ),
    Slip(
        "engine/send_shares",
        "returned_too_early",
        "`return` stands in the loop",
        SHARES.format(line="after[argument] += slope * upstream").replace(
            "    return", "        return"
        ),
        "Only the first argument gets its share.",
    ),
    Slip(
        "engine/send_shares",
        "written_into_what_was_given",
        "no copy is made",
        """
def send_shares(arrived, arguments, local, upstream):
    for argument, slope in zip(arguments, local):
        arrived[argument] += slope * upstream
    return arrived
""",
        "Your function changes its input `arrived`",
    ),
    Slip(
        "engine/send_shares",
        "nothing_returned",
        "the array is changed and not returned",
        SHARES.format(line="after[argument] += slope * upstream").replace("    return after\n", ""),
        "Your function returned nothing.",
    ),
    Slip(
        "engine/send_shares",
        "in_one_go",
        "NumPy is told to add every place as often as it is named",
        """
def send_shares(arrived, arguments, local, upstream):
    after = arrived.copy()
    np.add.at(after, list(arguments), upstream * np.array(local))
    return after
""",
        "`send_shares` agrees with ours",
        passes=True,
    ),
    # ---- engine/divide
    Slip(
        "engine/divide",
        "no_minus",
        "the minus is lost",
        DIVIDE.format(a="1 / b", b="a / b**2"),
        "`local_b` has the opposite sign.",
    ),
    Slip(
        "engine/divide",
        "no_square",
        "the square is lost",
        DIVIDE.format(a="1 / b", b="-a / b"),
        "In `local_b` the square is missing",
    ),
    Slip(
        "engine/divide",
        "no_a",
        "a is lost",
        DIVIDE.format(a="1 / b", b="-1 / b**2"),
        "In `local_b` the a is missing",
    ),
    Slip(
        "engine/divide",
        "product",
        "the rule of the product",
        DIVIDE.format(a="b", b="a"),
        "These are the local derivatives of a product",
    ),
    Slip(
        "engine/divide", "one", "1 for a", DIVIDE.format(a="1", b="-a / b**2"), "`local_a` is not 1"
    ),
    Slip(
        "engine/divide",
        "divided_product",
        "the quotient of slopes, 1 over 1",
        DIVIDE.format(a="1", b="1"),
        "About `local_a`: `local_a` is not 1",
    ),
    Slip(
        "engine/divide",
        "other_way",
        "b over a",
        DIVIDE.format(a="1 / b", b="-b / a**2").replace("value = a / b", "value = b / a"),
        "Your function stopped with an error.",
    ),
    Slip(
        "engine/divide",
        "quotient_rule",
        "the whole quotient rule with both slopes at once",
        DIVIDE.format(a="(b - a) / b**2", b="(b - a) / b**2"),
        "You nudge a and b at once",
    ),
    Slip(
        "engine/divide",
        "power",
        "as a power, which is right",
        DIVIDE.format(a="b**-1", b="-a * b**-2"),
        "`divide` agrees with ours",
        passes=True,
    ),
    # ---- engine/first_come
    Slip(
        "engine/first_come",
        "last_come",
        "a stack",
        WALK.format(line="node = waiting.pop()"),
        f"{FOUND} Now you take the node that was reached last",
        line=FAULT,
    ),
    Slip(
        "engine/first_come",
        "oldest",
        "the smallest",
        WALK.format(line="node = min(waiting); waiting.remove(node)"),
        f"{FOUND} You take the oldest of those that wait.",
        line=FAULT,
    ),
    Slip(
        "engine/first_come",
        "never_removed",
        "chosen, not removed",
        WALK.format(line="node = max(waiting)").replace("while waiting:", "for _ in range(count):"),
        # In most runs all examples. But where the two shares of the result cancel, all else is 0.
        f"{FOUND} `arrived` differs from ours in",
        line=FAULT,
    ),
    Slip(
        "engine/first_come",
        "sorted_first",
        "sorted, and then the first is taken",
        WALK.format(line="waiting.sort(); node = waiting.pop(0)"),
        f"{FOUND} You take the oldest of those that wait.",
        line=FAULT,
    ),
    Slip(
        "engine/first_come",
        "sorted_last",
        "sorted, and the last is taken: right",
        WALK.format(line="waiting.sort(); node = waiting.pop()"),
        f"{FOUND} `walk_from_result` agrees",
        passes=True,
        line=FAULT,
    ),
    Slip(
        "engine/first_come",
        "by_number",
        "all in the order of their numbers, which is right",
        """
def walk_from_result(count, edges):
    arrived = np.zeros(count)
    arrived[-1] = 1.0
    for node in reversed(range(count)):
        for result, argument, local in edges:
            if result == node:
                arrived[argument] += local * arrived[node]
    return arrived
""",
        f"{FOUND} `walk_from_result` agrees",
        passes=True,
        line=FAULT,
    ),
    Slip(
        "engine/first_come",
        "wrong_line",
        "the line that adds is named and changed",
        WALK.format(line="node = waiting.pop(0)").replace("+= local", "= local"),
        "Line 9, `arrived[argument] += local * arrived[node]`, is right.",
        line=9,
    ),
    Slip(
        "engine/first_come",
        "once",
        "each sends once",
        """
def walk_from_result(count, edges):
    arrived = np.zeros(count)
    arrived[-1] = 1.0
    waiting, seen = [count - 1], set()
    while waiting:
        node = waiting.pop(0)
        for result, argument, local in edges:
            if result == node:
                arrived[argument] += local * arrived[node]
                if argument not in seen:
                    seen.add(argument)
                    waiting.append(argument)
    return arrived
""",
        f"{FOUND} Now each node sends only once, but in the old order",
        line=FAULT,
    ),
    Slip(
        "engine/first_come",
        "share_only",
        "the share alone is handed on, path by path",
        """
def walk_from_result(count, edges):
    arrived = np.zeros(count)
    arrived[-1] = 1.0
    waiting = [(count - 1, 1.0)]
    while waiting:
        node, upstream = waiting.pop(0)
        for result, argument, local in edges:
            if result == node:
                arrived[argument] += local * upstream
                waiting.append((argument, local * upstream))
    return arrived
""",
        f"{FOUND} `walk_from_result` agrees",
        passes=True,
        line=FAULT,
    ),
]
