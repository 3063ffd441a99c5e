"""Slips that people make on the way back through a layer, and with a new activation."""

from .slips import Slip

SLIPS_LAYERS = [
    Slip(
        "layers/backward_layer",
        "overwritten",
        "`=` where shares are added",
        """
def backward_layer(x, w, a, dC_da):
    dC_dz = dC_da * (1 - a**2)
    dC_dw = np.zeros(w.shape)
    dC_dx = np.zeros(len(x))
    for i in range(len(x)):
        for j in range(len(a)):
            dC_dw[i, j] = dC_dz[j] * x[i]
            dC_dx[i] = dC_dz[j] * w[i, j]
    return dC_dw, dC_dz, dC_dx
""",
        "Your `dC_dx` holds what comes back from the last neuron alone",
    ),
    Slip(
        "layers/backward_layer",
        "no_gate",
        "the activation is passed as if its slope were 1",
        """
def backward_layer(x, w, a, dC_da):
    dC_dz = dC_da
    dC_dw = np.zeros(w.shape)
    dC_dx = np.zeros(len(x))
    for i in range(len(x)):
        for j in range(len(a)):
            dC_dw[i, j] = dC_dz[j] * x[i]
            dC_dx[i] += dC_dz[j] * w[i, j]
    return dC_dw, dC_dz, dC_dx
""",
        "The activation is missing: you pass from `a` to `z`",
    ),
    Slip(
        "layers/backward_layer",
        "sigmoid_gate",
        "the slope of the sigmoid",
        """
def backward_layer(x, w, a, dC_da):
    dC_dz = dC_da * a * (1 - a)
    dC_dw = np.zeros(w.shape)
    dC_dx = np.zeros(len(x))
    for i in range(len(x)):
        for j in range(len(a)):
            dC_dw[i, j] = dC_dz[j] * x[i]
            dC_dx[i] += dC_dz[j] * w[i, j]
    return dC_dw, dC_dz, dC_dx
""",
        "`a * (1 - a)` is the slope of the sigmoid",
    ),
    Slip(
        "layers/backward_layer",
        "tanh_of_a",
        "tanh is applied to what went through it",
        """
def backward_layer(x, w, a, dC_da):
    dC_dz = dC_da * (1 - np.tanh(a)**2)
    dC_dw = np.zeros(w.shape)
    dC_dx = np.zeros(len(x))
    for i in range(len(x)):
        for j in range(len(a)):
            dC_dw[i, j] = dC_dz[j] * x[i]
            dC_dx[i] += dC_dz[j] * w[i, j]
    return dC_dw, dC_dz, dC_dx
""",
        "You apply tanh once more",
    ),
    Slip(
        "layers/backward_layer",
        "plus_for_minus",
        "1 + a² for 1 − a²",
        """
def backward_layer(x, w, a, dC_da):
    dC_dz = dC_da * (1 + a**2)
    dC_dw = np.zeros(w.shape)
    dC_dx = np.zeros(len(x))
    for i in range(len(x)):
        for j in range(len(a)):
            dC_dw[i, j] = dC_dz[j] * x[i]
            dC_dx[i] += dC_dz[j] * w[i, j]
    return dC_dw, dC_dz, dC_dx
""",
        "The slope of tanh is `1 - a**2`, with a minus",
    ),
    Slip(
        "layers/backward_layer",
        "transposed",
        "rows and columns of the weights are exchanged",
        """
def backward_layer(x, w, a, dC_da):
    dC_dz = dC_da * (1 - a**2)
    dC_dw = np.zeros(w.shape)
    dC_dx = np.zeros(len(x))
    for i in range(len(x)):
        for j in range(len(a)):
            dC_dw[i, j] = dC_dz[j] * x[i]
            dC_dx[i] += dC_dz[j] * w[j, i]
    return dC_dw, dC_dz, dC_dx
""",
        "Your function stopped with an error",
    ),
    Slip(
        "layers/backward_layer",
        "bias_from_dC_da",
        "the biases get what arrives in front of the activation",
        """
def backward_layer(x, w, a, dC_da):
    dC_dz = dC_da * (1 - a**2)
    dC_dw = np.zeros(w.shape)
    dC_dx = np.zeros(len(x))
    for i in range(len(x)):
        for j in range(len(a)):
            dC_dw[i, j] = dC_dz[j] * x[i]
            dC_dx[i] += dC_dz[j] * w[i, j]
    return dC_dw, dC_da, dC_dx
""",
        "Your `dC_db` is `dC_da` itself",
    ),
    Slip(
        "layers/backward_layer",
        "biases_added",
        "one bias for the whole layer",
        """
def backward_layer(x, w, a, dC_da):
    dC_dz = dC_da * (1 - a**2)
    dC_dw = np.zeros(w.shape)
    dC_dx = np.zeros(len(x))
    for i in range(len(x)):
        for j in range(len(a)):
            dC_dw[i, j] = dC_dz[j] * x[i]
            dC_dx[i] += dC_dz[j] * w[i, j]
    return dC_dw, np.sum(dC_dz), dC_dx
""",
        "`dC_db` should be an array of the shape",
    ),
    Slip(
        "layers/backward_layer",
        "order",
        "the last two results are exchanged",
        """
def backward_layer(x, w, a, dC_da):
    dC_dz = dC_da * (1 - a**2)
    dC_dw = np.zeros(w.shape)
    dC_dx = np.zeros(len(x))
    for i in range(len(x)):
        for j in range(len(a)):
            dC_dw[i, j] = dC_dz[j] * x[i]
            dC_dx[i] += dC_dz[j] * w[i, j]
    return dC_dw, dC_dx, dC_dz
""",
        "Your values are right, their order is not",
    ),
    Slip(
        "layers/backward_layer",
        "outer_turned",
        "an outer product the wrong way round",
        """
def backward_layer(x, w, a, dC_da):
    dC_dz = dC_da * (1 - a**2)
    return np.outer(dC_dz, x), dC_dz, w @ dC_dz
""",
        "`dC_dw` should have the shape",
    ),
    Slip(
        "layers/backward_layer",
        "weights_added_up",
        "dC_dw gathers over the inputs",
        """
def backward_layer(x, w, a, dC_da):
    dC_dz = dC_da * (1 - a**2)
    dC_dw = np.zeros(w.shape)
    dC_dx = np.zeros(len(x))
    for i in range(len(x)):
        for j in range(len(a)):
            dC_dw[i, j] += dC_dw[i - 1, j] + dC_dz[j] * x[i]
            dC_dx[i] += dC_dz[j] * w[i, j]
    return dC_dw, dC_dz, dC_dx
""",
        "`dC_dw` differs from ours in",
    ),
    Slip(
        "layers/new_activation",
        "constant_gate",
        "the sigmoid is taken for a constant",
        """
def swish(z):
    s = 1 / (1 + np.exp(-z))
    a = z * s
    slope = s
    return a, slope
""",
        "Your slope follows one path alone, the one through `z`",
    ),
    Slip(
        "layers/new_activation",
        "product_of_slopes",
        "slopes are multiplied",
        """
def swish(z):
    s = 1 / (1 + np.exp(-z))
    a = z * s
    slope = 1 * s * (1 - s)
    return a, slope
""",
        "You multiplied the slopes of the two factors",
    ),
    Slip(
        "layers/new_activation",
        "no_z",
        "the second term lacks z",
        """
def swish(z):
    s = 1 / (1 + np.exp(-z))
    a = z * s
    slope = s + s * (1 - s)
    return a, slope
""",
        "In your second term the slope of the sigmoid lacks",
    ),
    Slip(
        "layers/new_activation",
        "minus",
        "the terms are subtracted",
        """
def swish(z):
    s = 1 / (1 + np.exp(-z))
    a = z * s
    slope = s - z * s * (1 - s)
    return a, slope
""",
        "The two terms of your slope are subtracted",
    ),
    Slip(
        "layers/new_activation",
        "plus_in_exp",
        "the sigmoid is turned round",
        """
def swish(z):
    s = 1 / (1 + np.exp(z))
    a = z * s
    slope = s + z * s * (1 - s)
    return a, slope
""",
        "Your sigmoid is turned around",
    ),
    Slip(
        "layers/new_activation",
        "of_a",
        "the slope of the sigmoid is taken from a",
        """
def swish(z):
    s = 1 / (1 + np.exp(-z))
    a = z * s
    slope = s + z * a * (1 - a)
    return a, slope
""",
        "You took `a * (1 - a)` for the slope of the sigmoid",
    ),
    Slip(
        "layers/new_activation",
        "only_values",
        "the slope is not returned",
        """
def swish(z):
    s = 1 / (1 + np.exp(-z))
    a = z * s
    return a
""",
        "Return 2 values, `a` and `slope`",
    ),
    Slip(
        "layers/new_activation",
        "relu",
        "a ReLU with its slope",
        """
def swish(z):
    a = np.maximum(0, z)
    return a, (z > 0) * 1.0
""",
        "That is the ReLU, with its corner at 0",
    ),
    Slip(
        "layers/new_activation",
        "nudged",
        "the slope is measured by a nudge",
        """
def swish(z):
    f = lambda z: z / (1 + np.exp(-z))
    return f(z), (f(z + 1e-3) - f(z)) / 1e-3
""",
        "Your `slope` comes close to ours in every example",
    ),
]
