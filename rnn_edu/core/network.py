"""A topology with weights: what a learner runs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING

import numpy as np

from rnn_edu.core import engine, start
from rnn_edu.core.records import Trajectory, frozen
from rnn_edu.core.topology import Connection, Topology, checked

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike

Array = np.ndarray


class Network:
    """A topology together with its weights. It never changes: `replace_weights` makes another one.

    `weights` holds the learned weights and the biases: {"W_xh": (n_hidden, n_inputs), "b_h": (n_hidden,), …}. W_xh is
    read "from x to h" and has the shape (target, source). Where a pattern has no connection it is exactly zero.

    Raises ValueError or KeyError if a weight is missing, unknown, of the wrong shape, not finite, or not zero where the
    pattern has no connection.

    >>> from rnn_edu.core.builders import direct_feedback
    >>> network = Network.random(direct_feedback(1, 2, 1), rng=0)
    >>> network.run([[1.0], [0.0], [0.0]])["h"].shape
    (3, 2)
    """

    __slots__ = ("__dict__", "topology", "weights")

    topology: Topology
    weights: Mapping[str, Array]

    def __init__(self, topology: Topology, weights: Mapping[str, ArrayLike]) -> None:
        object.__setattr__(self, "topology", checked(topology))
        object.__setattr__(self, "weights", frozen(_checked(topology, weights)))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(
            f"a network cannot be changed, so {name!r} cannot be set; use network.replace_weights({{...}})"
        )

    @cached_property
    def dtype(self) -> np.dtype:
        """The precision in which the network computes: float64 or float32."""
        return next((array.dtype for array in self.weights.values()), np.dtype(float))

    @classmethod
    def random(
        cls,
        topology: Topology,
        rng: int | np.random.Generator = 0,
        dtype: DTypeLike = float,
        recurrent: str = "orthogonal",
        spectral_radius: float | None = None,
        forget_bias: float = 1.0,
    ) -> Network:
        """A network with random weights, ready to run or to train.

        `recurrent` is the start of the weights from a layer to itself: "orthogonal", "uniform" or "gaussian".
        `spectral_radius` scales all delayed weights together, so that one step of the network without its activation
        functions, (I − W₀)⁻¹ W₁, has this radius. `forget_bias` is where the bias of a gate layer called "f" begins.
        Biases are zero otherwise. Source: Saxe et al. 2014 (orthogonal), Jozefowicz et al. 2015 (forget bias).
        """
        return cls(
            topology,
            start.random_weights(
                checked(topology),
                np.random.default_rng(rng),
                dtype=np.dtype(dtype),
                recurrent=recurrent,
                spectral_radius=spectral_radius,
                forget_bias=forget_bias,
            ),
        )

    def replace_weights(self, weights: Mapping[str, ArrayLike]) -> Network:
        """The same network with some weights exchanged; the others stay.

        >>> from rnn_edu.core.builders import elman
        >>> network = Network.random(elman(1, 2, 1))
        >>> network.replace_weights({"b_h": [1.0, -1.0]}).weights["b_h"]
        array([ 1., -1.])
        """
        unknown = sorted(set(_named(weights)) - set(self.weights))
        if unknown:
            raise KeyError(f"there is no weight {unknown[0]!r} here; this network has {', '.join(self.weights)}")
        exchanged = {name: _as_real(name, array, self.dtype) for name, array in weights.items()}
        return Network(self.topology, {**self.weights, **exchanged})

    def matrix(self, connection: Connection) -> Array:
        """The full (target, source) matrix of a connection, of a fixed one too."""
        if connection.fixed is None:
            return self.weights[self.topology.weight_name(connection)]
        return (connection.fixed * np.eye(self.topology.layer(connection.target).size)).astype(self.dtype)

    def run(self, x: ArrayLike, *, after: Trajectory | None = None) -> Trajectory:
        """Run one sequence (n_steps, n_inputs), or several (n_steps, n_sequences, n_inputs), from a state of zero.

        With `after`, an earlier run of as many sequences, it goes on from where that run ended; `bptt` does not go back
        across that border. Raises ValueError if x has another shape, no steps, no sequences, or a number that is not
        finite, or if `after` does not fit.
        """
        return engine.run(self, x, after)

    def save(self, path: str | PathLike[str]) -> None:
        """Keep the network in one `.npz` file: the weights as arrays, the topology as plain text."""
        from rnn_edu.core import storage  # brings much that nothing else needs

        storage.save(self, path)

    @staticmethod
    def load(path: str | PathLike[str]) -> Network:
        """Read a network that `save` wrote. Raises ValueError, in one sentence, if the file is anything else."""
        from rnn_edu.core import storage

        topology, weights = storage.load(path)
        try:
            return Network(topology, weights)
        except (KeyError, ValueError) as error:
            raise storage.not_whole(path, error) from None

    def __repr__(self) -> str:
        layers = ", ".join(f"{layer.name}: {layer.size}" for layer in self.topology.layers)
        kinds = ", ".join(sorted(self.topology.feedback_kinds)) or "none"
        n_numbers = sum(array.size for array in self.weights.values())
        return f"<Network {layers}; feedback: {kinds}; {n_numbers} weights, {self.dtype}>"


def _named(weights: Mapping[str, ArrayLike]) -> Mapping[str, ArrayLike]:
    if not isinstance(weights, Mapping):
        raise TypeError(
            f"the weights were given as {type(weights).__name__}, but each needs its name;"
            ' write {"W_xh": ..., "b_h": ...}'
        )
    return weights


def _checked(topology: Topology, weights: Mapping[str, ArrayLike]) -> dict[str, Array]:
    shapes = weight_shapes(topology)
    missing, unknown = sorted(set(shapes) - set(_named(weights))), sorted(set(weights) - set(shapes))
    if missing:
        raise KeyError(f"the weight {missing[0]!r} is missing; this topology needs {', '.join(shapes)}")
    if unknown:
        raise KeyError(f"there is no weight {unknown[0]!r} in this topology; it needs {', '.join(shapes) or 'none'}")
    given = [weights[name] for name in shapes]
    single = bool(given) and all(getattr(weight, "dtype", None) == np.float32 for weight in given)
    dtype = np.dtype(np.float32 if single else np.float64)
    return {name: _checked_weight(topology, name, weights[name], shape, dtype) for name, shape in shapes.items()}


def _as_real(name: str, given: ArrayLike, dtype: np.dtype) -> Array:
    """A copy of the weight, since the giver's array may change."""
    try:
        array = np.asarray(given)
    except ValueError:  # rows of different lengths
        array = np.empty(0, object)
    if array.dtype.kind not in "fiub":
        raise ValueError(
            f"the weight {name!r} was given as {array.dtype}, but it must hold real numbers; pass an array of floats"
        )
    with np.errstate(over="ignore"):  # too large for float32 becomes infinity, which is refused
        return np.array(array, dtype=dtype, order="C")


def _checked_weight(topology: Topology, name: str, given: ArrayLike, shape: tuple[int, ...], dtype: np.dtype) -> Array:
    array = _as_real(name, given, dtype)
    if array.shape != shape:
        raise ValueError(
            f"the weight {name!r} was given with shape {array.shape}, but it needs {shape}"
            + (" (target, source); try its transpose" if array.T.shape == shape else "")
        )
    if not np.isfinite(array).all():
        raise ValueError(f"the weight {name!r} holds NaN or infinity; give it finite numbers only")
    for connection in topology.learned:
        if topology.weight_name(connection) == name and np.any(array[~pattern_mask(topology, connection)]):
            raise ValueError(
                f"the weight {name!r} has a number where the pattern {connection.pattern!r} has no connection;"
                " set those entries to zero"
            )
    return array


def weight_shapes(topology: Topology) -> dict[str, tuple[int, ...]]:
    """The names and shapes of the learned weights and the biases that a network of this topology has."""
    size = {layer.name: layer.size for layer in topology.layers}
    shapes: dict[str, tuple[int, ...]] = {
        topology.weight_name(connection): (size[connection.target], size[connection.source])
        for connection in topology.learned
    }
    return shapes | {f"b_{layer.name}": (layer.size,) for layer in topology.layers[1:] if layer.bias}


def pattern_mask(topology: Topology, connection: Connection) -> Array:
    """True where the connection's pattern has a weight: (target, source)."""
    return start.mask(topology, connection)
