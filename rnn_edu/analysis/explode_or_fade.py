"""What becomes of an error on its way back, and what is said to rule it: all that lesson 05 shows, as one record.

An error of length 1 is made at the last step, in the state; the lag k counts the steps back from there. All lengths are
kept as natural logarithms, so that 1e-400 is a number like any other and -inf is exactly 0.

Sources: Hochreiter 1991 (diploma thesis, TU Munich); Bengio, Simard and Frasconi 1994, "Learning long-term
dependencies with gradient descent is difficult"; Pascanu, Mikolov and Bengio 2013, "On the difficulty of training
recurrent neural networks". The root mean square of the slopes as what one step lets through: Poole et al. 2016,
"Exponential expressivity in deep neural networks through transient chaos".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from rnn_edu.analysis.jacobians import step_jacobians
from rnn_edu.analysis.lags import fan
from rnn_edu.analysis.reading import slope
from rnn_edu.analysis.spectra import mean_slope, powers, recurrent_matrix, sorted_eigenvalues
from rnn_edu.analysis.stacks import Stack
from rnn_edu.analysis.state import carrying
from rnn_edu.analysis.stretch import log_singular_values
from rnn_edu.core.network import Network
from rnn_edu.core.records import Trajectory
from rnn_edu.core.topology import Topology

Array = np.ndarray
_STEEPEST = {"sigmoid": 0.25}  # the steepest slope of the other activations is 1
WIDE = 64  # a state of so many numbers is looked at less often
N_LAGS, N_LAGS_WIDE = 16, 12  # into how many parts the way back is cut for the singular values
_KEEPS = {"f": "gate f", "z": "gate z"}  # the gate that says how much of the past stays


@dataclass(frozen=True, eq=False)
class FlowRecord:
    """How large the gradient is k steps before an error of length 1, for k from 0 to n_steps - 1, and why.

    Lines are natural logarithms by lag, (n_steps,), `fan` holds one line for each network; slopes are plain numbers.
    """

    n_steps: int
    gated: bool
    is_ceiling: bool  # whether `by_norm` is one: it is if one ungated layer loops, and only that
    gradient: Array
    fan: Array
    by_radius: Array  # ρ^k
    by_norm: Array  # (σ · steepest slope)^k
    stretch_lags: tuple[int, ...]  # the lags of the next two lines
    largest: Array  # singular value of the product of the last k steps
    smallest: Array
    radius: float
    norm: float  # σ, the largest singular value of the loop
    eigenvalues: Array
    slopes: Mapping[str, Array]
    typical_slope: float | None  # None where gates take part
    diverged_at: int | None
    steps: Array = field(repr=False)  # the Jacobian of every step, (n_steps, n_state, n_state)

    def stretch_at(self, lag: int) -> tuple[float, float]:
        """The smallest and the largest singular value of the product of the last `lag` steps, as logarithms."""
        if lag in self.stretch_lags:
            place = self.stretch_lags.index(lag)
            return float(self.smallest[place]), float(self.largest[place])
        largest, smallest = log_singular_values(self.steps[-lag:], [lag])[0]
        return float(smallest), float(largest)

    def eigenvalues_at(self, lag: int) -> Array:
        """The eigenvalues of the step that carries the gradient from the lag before to this one; none if it blew up."""
        step = self.steps[self.n_steps - max(lag, 1)]
        return np.linalg.eigvals(step) if np.isfinite(step).all() else np.empty(0, complex)


def explode_or_fade(
    topology: Topology, weights: Mapping[str, Array], x: Array, *, seed: int = 0, look_at: int = 0
) -> FlowRecord:
    """Send an error of length 1 back through several networks, and look closely at one of them, `seed`.

    `weights` are those of all networks, stacked: {"W_hh": (n_networks, n_targets, n_sources), …}; `x` is what they
    hear, (n_steps, n_networks, n_inputs). The error is shared equally by all units of the state. The singular
    values are computed at some lags, among them `look_at`; `stretch_at` knows any other one.
    """
    network = Network(topology, {name: weight[seed] for name, weight in weights.items()})
    trajectory = network.run(x[:, seed])
    steps = step_jacobians(network, trajectory)
    n_steps = trajectory.n_steps
    lines_of_all = fan(Stack(topology, weights), x)
    gated = any(connection.gate for connection in topology.connections)
    lags = _some_lags(n_steps - 1, look_at, N_LAGS_WIDE if steps.shape[1] >= WIDE else N_LAGS)
    stretch = log_singular_values(steps[1:], lags) if n_steps > 1 else np.zeros((len(lags), 2))
    slopes, typical = _slopes(trajectory, gated)
    loop = recurrent_matrix(network, trajectory)  # one matrix serves the eigenvalues and both bounds
    found = sorted_eigenvalues(loop)
    radius = float(np.abs(found).max(initial=0.0))
    norm = float(np.linalg.norm(loop, 2)) if loop.size else 0.0
    return FlowRecord(
        n_steps=n_steps,
        gated=gated,
        is_ceiling=not gated and len(carrying(topology)) == 1,
        gradient=lines_of_all[seed],
        fan=lines_of_all,
        by_radius=powers(radius, np.arange(n_steps)),
        by_norm=powers(norm * _steepest(topology, gated), np.arange(n_steps)),
        stretch_lags=lags,
        largest=stretch[:, 0],
        smallest=stretch[:, 1],
        radius=radius,
        norm=norm,
        eigenvalues=found,
        slopes=slopes,
        typical_slope=typical,
        diverged_at=trajectory.diverged_at,
        steps=steps,
    )


def _some_lags(last: int, look_at: int, n_parts: int) -> tuple[int, ...]:
    evenly = (round(last * place / n_parts) for place in range(n_parts + 1))
    return tuple(sorted({*evenly, min(max(look_at, 0), last)}))


def _steepest(topology: Topology, gated: bool) -> float:
    """The steepest slope that a step can meet."""
    return 1.0 if gated else min(_STEEPEST.get(layer.activation, 1.0) for layer in topology.layers[1:])


def _slopes(trajectory: Trajectory, gated: bool) -> tuple[dict[str, Array], float | None]:
    """The lines of the lowest chart by lag, and the typical slope over all steps that the error passes."""
    layers = _squashing(trajectory.topology)
    if gated:
        found = {f"slope {name}": _typical(trajectory, name)[::-1] for name in layers}
        keep = next(name for name in _KEEPS if name in trajectory.activity)
        return found | {_KEEPS[keep]: trajectory[keep].mean(axis=1)[::-1]}, None
    typical = {name: _typical(trajectory, name)[::-1] for name in layers}
    with np.errstate(divide="ignore"):  # a slope of 0 makes the whole of it 0
        factors = [float(np.exp(np.log(line[:-1]).mean())) if len(line) > 1 else 1.0 for line in typical.values()]
    if len(layers) == 1:
        return {"mean": mean_slope(trajectory)[layers[0]][::-1], "typical": typical[layers[0]]}, factors[0]
    return {f"typical {name}": line for name, line in typical.items()}, float(np.prod(factors))


def _squashing(topology: Topology) -> list[str]:
    """The layers on a loop whose slope the error passes, gates left out."""
    gates = {connection.gate for connection in topology.connections}
    passed = [name for name in carrying(topology) if name not in gates and name != topology.output.name]
    # a layer that only adds up, such as the cell of an LSTM, has no slope worth showing
    return [
        layer.name
        for layer in topology.layers
        if layer.name in passed and (layer.bias or layer.activation != "identity")
    ]


def _typical(trajectory: Trajectory, name: str) -> Array:
    """The root mean square of a layer's slopes at every step: what a step lets through of an error in any direction."""
    return np.asarray(np.sqrt((slope(trajectory, name) ** 2).mean(axis=1)))
