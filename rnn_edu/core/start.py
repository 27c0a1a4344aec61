"""Where the weights begin: random numbers of a sensible size."""

from __future__ import annotations

import numpy as np

from rnn_edu.core.topology import Connection, Topology

Array = np.ndarray
RECURRENT_STARTS = ("orthogonal", "uniform", "gaussian")


def mask(topology: Topology, connection: Connection) -> Array:
    """True where the connection's pattern has a weight: (target, source)."""
    n_targets, n_sources = topology.layer(connection.target).size, topology.layer(connection.source).size
    if not isinstance(connection.pattern, str):
        wired = np.zeros((n_targets, n_sources), bool)
        wired[tuple(np.transpose(connection.pattern))] = True
        return wired
    if connection.pattern == "one-to-one":
        return np.eye(n_targets, dtype=bool) & (connection.fixed != 0)
    everything = np.ones((n_targets, n_sources), bool)
    return everything & ~np.eye(n_targets, dtype=bool) if connection.pattern == "all-but-self" else everything


def random_weights(
    topology: Topology,
    rng: np.random.Generator,
    *,
    dtype: np.dtype,
    recurrent: str,
    spectral_radius: float | None,
    forget_bias: float,
) -> dict[str, Array]:
    """Weights and biases by name. `Network.random` says what the options mean."""
    if recurrent not in RECURRENT_STARTS:
        raise ValueError(f"recurrent was {recurrent!r}; choose one of {', '.join(RECURRENT_STARTS)}")
    if dtype not in (np.dtype(np.float32), np.dtype(np.float64)):
        raise ValueError(f"dtype was {dtype}; choose float64 (float) or float32")
    matrices = {connection: _matrix(topology, connection, rng, recurrent) for connection in topology.learned}
    if spectral_radius is not None:
        _scale_delayed(topology, matrices, spectral_radius)
    weights = {topology.weight_name(connection): matrix.astype(dtype) for connection, matrix in matrices.items()}
    gates = {connection.gate for connection in topology.connections}
    for layer in topology.layers[1:]:
        if layer.bias:
            bias = forget_bias if layer.name == "f" and "f" in gates else 0.0
            weights[f"b_{layer.name}"] = np.full(layer.size, bias, dtype)
    return weights


def _matrix(topology: Topology, connection: Connection, rng: np.random.Generator, recurrent: str) -> Array:
    allowed = mask(topology, connection)
    n_targets, n_sources = allowed.shape
    if connection.source != connection.target:
        return np.where(allowed, rng.normal(0.0, n_sources**-0.5, allowed.shape), 0.0)
    if connection.pattern == "one-to-one":
        return np.diag(rng.uniform(-1.0, 1.0, n_targets))
    if recurrent == "orthogonal":
        square, triangle = np.linalg.qr(rng.normal(size=allowed.shape))
        square = square * np.sign(np.diag(triangle))  # without this, qr would favour some rotations
    elif recurrent == "uniform":
        square = rng.uniform(-(n_sources**-0.5), n_sources**-0.5, allowed.shape)
    else:
        square = rng.normal(0.0, n_sources**-0.5, allowed.shape)
    return np.where(allowed, square, 0.0)


def _scale_delayed(topology: Topology, matrices: dict[Connection, Array], spectral_radius: float) -> None:
    """Scale the delayed weights together until one step without activation functions has this spectral radius."""
    if not 0 < spectral_radius < np.inf:
        raise ValueError(f"spectral_radius was {spectral_radius!r}; it needs a number above 0")
    if any(connection.fixed is not None and connection.delay for connection in topology.connections):
        raise ValueError(
            "spectral_radius was given, but a delayed connection is fixed and cannot be scaled; leave it out"
        )
    radius = step_radius(topology, matrices)
    if radius < 1e-12:
        raise ValueError("spectral_radius was given, but no learned connection of this topology loops; leave it out")
    for connection, matrix in matrices.items():
        if connection.delay:
            matrix *= spectral_radius / radius


def step_radius(topology: Topology, matrices: dict[Connection, Array]) -> float:
    """The spectral radius of (I − W₀)⁻¹ W₁: W₀ all weights within a step, W₁ all delayed ones, gates taken as open."""
    first: dict[str, int] = {}
    n_units = 0
    for layer in topology.layers:
        first[layer.name] = n_units
        n_units += layer.size
    now, later = np.zeros((n_units, n_units)), np.zeros((n_units, n_units))
    for connection in topology.connections:
        matrix = matrices.get(connection)
        if matrix is None:
            matrix = (connection.fixed or 0.0) * np.eye(topology.layer(connection.target).size)
        rows = slice(first[connection.target], first[connection.target] + matrix.shape[0])
        columns = slice(first[connection.source], first[connection.source] + matrix.shape[1])
        (later if connection.delay else now)[rows, columns] += matrix
    step = np.linalg.solve(np.eye(n_units) - now, later)
    return float(np.abs(np.linalg.eigvals(step)).max())
