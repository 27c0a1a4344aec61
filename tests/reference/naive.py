"""The textbook engine: recurrent networks and backpropagation through time, written out number by number.

It is slow and it is meant to be read. One sequence at a time, no matrices, no tricks; each line is one of the theory:

    drive_i(t)    = b_i + sum over connections of  gate_i(t) * sum over j of  W_ij * activity_j(t - delay)
    activity_i(t) = activation(drive_i(t)),          and every activity before step 0 is zero.

Going back, each factor of a product receives what the product received, times the other factors. Nothing here uses the
package's engine: only the description of the network (its layers and its connections) is read.
"""

from math import cosh, exp, tanh

import numpy as np


def run(topology, weights, x):
    """The activity of every neuron at every step. x: (n_steps, n_inputs); answer: {layer name: (n_steps, n_units)}."""
    return _forward(topology, weights, x)[1]


def gradients(topology, weights, x, d_activity):
    """dLoss/d(every weight), and the total dLoss/d(every activity).

    `d_activity` is {layer name: (n_steps, n_units)}: how the loss depends on some activities *directly*. The total
    derivative adds what each activity does through all the others, now and at later steps.
    """
    drive, activity = _forward(topology, weights, x)
    d_weights = {name: np.zeros_like(weight) for name, weight in weights.items()}
    total = {name: np.zeros_like(values) for name, values in activity.items()}
    for name, given in d_activity.items():
        total[name] += given

    for t in reversed(range(len(x))):
        for name in reversed(computing_order(topology)):
            layer = topology.layer(name)
            for i in range(layer.size):
                # by now every later user of this activity has reported, so its total derivative is complete
                d_drive = total[name][t, i] * SLOPE[layer.activation](drive[name][t, i])
                if layer.bias:
                    d_weights[f"b_{name}"][i] += d_drive
                for connection in arriving(topology, name):
                    _go_back(topology, weights, activity, connection, t, i, d_drive, d_weights, total)
    return d_weights, total


def _go_back(topology, weights, activity, connection, t, i, d_drive, d_weights, total):
    """Hand the derivative of one neuron's drive to the weights, source activities and gate of one connection."""
    before = t - connection.delay
    if before < 0:
        return  # nothing arrived: before step 0 every activity is zero
    source, gate = connection.source, connection.gate
    gate_value = 1.0 if gate is None else activity[gate][t, i]
    arrived = 0.0
    for j in joined(topology, connection, i):
        weight = weight_between(topology, weights, connection, i, j)
        arrived += weight * activity[source][before, j]
        total[source][before, j] += d_drive * gate_value * weight
        if connection.fixed is None:
            d_weights[topology.weight_name(connection)][i, j] += d_drive * gate_value * activity[source][before, j]
    if gate is not None:
        total[gate][t, i] += d_drive * arrived


def _forward(topology, weights, x):
    """Drive and activity of every neuron at every step, one number at a time."""
    n_steps = len(x)
    drive = {layer.name: np.zeros((n_steps, layer.size)) for layer in topology.layers}
    activity = {layer.name: np.zeros((n_steps, layer.size)) for layer in topology.layers}
    activity[topology.layers[0].name][:] = x
    for t in range(n_steps):
        for name in computing_order(topology):
            layer = topology.layer(name)
            for i in range(layer.size):
                z = weights[f"b_{name}"][i] if layer.bias else 0.0
                for connection in arriving(topology, name):
                    before = t - connection.delay
                    if before >= 0:
                        arrived = 0.0
                        for j in joined(topology, connection, i):
                            weight = weight_between(topology, weights, connection, i, j)
                            arrived += weight * activity[connection.source][before, j]
                        z += arrived if connection.gate is None else activity[connection.gate][t, i] * arrived
                drive[name][t, i] = z
                activity[name][t, i] = VALUE[layer.activation](z)
    return drive, activity


VALUE = {
    "identity": lambda z: z,
    "tanh": tanh,
    "sigmoid": lambda z: 1 / (1 + exp(-z)),
    "relu": lambda z: z if z > 0 else 0.0,
}
SLOPE = {
    "identity": lambda z: 1.0,
    "tanh": lambda z: 1 / cosh(z) ** 2,
    "sigmoid": lambda z: 1 / (2 + exp(z) + exp(-z)),
    "relu": lambda z: 1.0 if z > 0 else 0.0,
}


def arriving(topology, name):
    """The connections that end on this layer."""
    return [connection for connection in topology.connections if connection.target == name]


def joined(topology, connection, i):
    """The source neurons j that the connection joins to target neuron i."""
    n_sources = topology.layer(connection.source).size
    if connection.fixed is not None or connection.pattern == "one-to-one":
        return [i]
    if connection.pattern == "all-but-self":
        return [j for j in range(n_sources) if j != i]
    if connection.pattern == "all":
        return list(range(n_sources))
    return [j for target, j in connection.pattern if target == i]  # wired by hand, pair by pair


def weight_between(topology, weights, connection, i, j):
    """The weight from source neuron j to target neuron i."""
    return connection.fixed if connection.fixed is not None else weights[topology.weight_name(connection)][i, j]


def computing_order(topology):
    """The layers after the input, each after all that it needs from the same step: undelayed sources, and gates."""
    names = [layer.name for layer in topology.layers]
    order = [names[0]]
    while len(order) < len(names):
        for name in names:
            needs = [c.source for c in arriving(topology, name) if c.delay == 0]
            needs += [c.gate for c in arriving(topology, name) if c.gate is not None]
            if name not in order and all(need in order for need in needs):
                order.append(name)
    return order[1:]
