"""Single weights by their address: is it there, what is it, and the same network with another number in its place."""

from typing import NamedTuple

import numpy as np

from rnn_edu.core.network import Network
from rnn_edu.core.topology import Topology

Array = np.ndarray


class WeightAddress(NamedTuple):
    """One weight: WeightAddress("W_hh", 0, 1) is the weight to unit 0 from unit 1; a bias needs no source."""

    name: str
    target: int = 0
    source: int = 0


def address(topology: Topology, given: tuple) -> WeightAddress:
    """The address of one weight of this wiring; KeyError or ValueError if it is not there."""
    found = WeightAddress(*given)
    names = {topology.weight_name(connection): connection for connection in topology.learned}
    biases = {f"b_{layer.name}": layer for layer in topology.layers[1:] if layer.bias}
    if found.name in biases and found.source == 0 and found.target in range(biases[found.name].size):
        return found
    if found.name not in names:
        raise KeyError(f"there is no weight {found.name!r} here; this network has {', '.join([*names, *biases])}")
    if (found.target, found.source) not in set(topology.weights_allowed(names[found.name])):
        raise ValueError(
            f"{found.name!r} has no weight at [{found.target}, {found.source}]; count from 0, target first"
        )
    return found


def place(at: WeightAddress, n_axes: int) -> tuple[int, ...]:
    """The index of the weight in its matrix, or of the bias in its vector."""
    return (at.target, at.source)[:n_axes]


def value(network: Network, at: WeightAddress) -> float:
    """The weight as it is."""
    weight = network.weights[at.name]
    return float(weight[place(at, weight.ndim)])


def with_values(network: Network, addresses: tuple[WeightAddress, ...], values: Array) -> Network:
    """The same network with other numbers at these addresses."""
    weights: dict[str, Array] = {}
    for at, number in zip(addresses, values, strict=True):
        weight = weights.setdefault(at.name, np.array(network.weights[at.name], float))
        weight[place(at, weight.ndim)] = number
    return network.replace_weights(weights)
