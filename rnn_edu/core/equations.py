"""The equations of a topology: as formulas, and for one neuron with its numbers filled in.

Both are read off the same `Term`s, in the order in which the connections were given.
"""

import re
from typing import NamedTuple

import numpy as np

from rnn_edu.core.activations import ACTIVATIONS
from rnn_edu.core.network import Network, Trajectory
from rnn_edu.core.topology import Connection, Topology, Unit, checked


class Term(NamedTuple):
    """One summand of a layer's drive. The bias is the term without a connection."""

    connection: Connection | None
    weight: str | None  # its name in `network.weights`; None for a fixed connection

    @property
    def latex(self) -> str:
        """The summand as LaTeX, with its sign."""
        connection = self.connection
        if connection is None:
            return rf"+ {_subscripted(self.weight)}"
        activity = _activity(connection.source, connection.delay)
        if connection.fixed is not None:
            sign, size = ("-" if connection.fixed < 0 else "+"), abs(connection.fixed)
            product = activity if size == 1 else rf"{size:g}\,{activity}"
        else:
            sign, product = "+", rf"{_subscripted(self.weight, _pattern_mark(connection))}\,{activity}"
        if connection.gate is not None:
            product = rf"{_activity(connection.gate, 0)} \odot " + (product if connection.fixed else f"({product})")
        return f"{sign} {product}"


class WorkedTerm(NamedTuple):
    """One product in one neuron's drive, with its numbers: product = weight · activity (· gate)."""

    connection: Connection
    source: Unit
    weight: float
    activity: float
    gate: float | None
    product: float


class Worked(NamedTuple):
    """One neuron's equation at one step with the numbers filled in: drive = bias + all products."""

    unit: Unit
    activation: str
    bias: float
    terms: tuple[WorkedTerm, ...]
    drive: float
    activity: float


_PATTERN_MARK = {"all": "", "one-to-one": r"\,i=j", "all-but-self": r"\,i \neq j"}


def _pattern_mark(connection: Connection) -> str:
    return _PATTERN_MARK[connection.pattern] if isinstance(connection.pattern, str) else r"\,\mathrm{wired}"


def layer_terms(topology: Topology, name: str) -> tuple[Term, ...]:
    """The summands of one layer's drive, connections first and the bias last.

    >>> from rnn_edu.core.builders import elman
    >>> [term.weight for term in layer_terms(elman(2, 3, 1), "h")]
    ['W_xh', 'W_hh', 'b_h']
    """
    terms = [
        Term(connection, topology.weight_name(connection) if connection.fixed is None else None)
        for connection in topology.into(name)
    ]
    if topology.layer(name).bias and name != topology.input.name:
        terms.append(Term(None, f"b_{name}"))
    return tuple(terms)


def equations(topology: Topology) -> tuple[str, ...]:
    r"""The formulas of one time step in LaTeX, one for each layer, in the order in which they are computed.

    `i = j` on a weight means that it joins same numbers only, `i ≠ j` that no neuron feeds itself, `wired` that single
    pairs were wired by hand. matplotlib's mathtext
    reads them too.

    >>> from rnn_edu.core.builders import elman
    >>> print(equations(elman(2, 3, 1))[0])
    h_t = \tanh\left(W_{xh}\,x_t + W_{hh}\,h_{t-1} + b_h\right)
    """
    return tuple(layer_equation(topology, name) for name in checked(topology).update_order)


def layer_equation(topology: Topology, name: str) -> str:
    """The formula of one layer, as `equations` writes it."""
    summands = " ".join(term.latex for term in layer_terms(topology, name)) or "+ 0"
    drive = summands.removeprefix("+ ")
    symbol = ACTIVATIONS[topology.layer(name).activation].symbol
    return f"{_activity(name, 0)} = " + (rf"{symbol}\left({drive}\right)" if symbol else drive)


def worked(network: Network, trajectory: Trajectory, unit: Unit, sequence: int = 0) -> Worked:
    """One neuron's equation at one step, every number filled in.

    `unit` needs a time; `sequence` picks one of a batch. What would come from before step 0 is left out: it is zero.
    An input neuron has no terms: its drive is the number that came in.

    >>> from rnn_edu.core.builders import direct_feedback
    >>> network = Network(direct_feedback(1, 1, 1, activation="identity"),
    ...     {"W_xh": [[1.0]], "b_h": [0.0], "W_hh": [[0.5]], "W_hy": [[1.0]], "b_y": [0.0]})
    >>> trajectory = network.run([[1.0], [0.0]])
    >>> [term.product for term in worked(network, trajectory, Unit("h", 0, 1)).terms]
    [0.0, 0.5]
    """
    topology = network.topology
    layer = topology.layer(unit.layer)

    def number(layer_name: str, index: int, time: int) -> float:
        return float(np.asarray(trajectory[Unit(layer_name, index, time)]).reshape(-1)[sequence])

    if unit.time is None:
        raise ValueError(
            f"{unit} has no time; say which step is meant, for example Unit({unit.layer!r}, {unit.index}, 0)"
        )
    activity = number(unit.layer, unit.index, unit.time)
    if layer == topology.input:
        return Worked(unit, "identity", 0.0, (), activity, activity)
    terms = []
    for connection in topology.into(unit.layer):
        time = unit.time - connection.delay
        for j in range(topology.layer(connection.source).size) if time >= 0 else ():
            if topology.allows(connection, unit.index, j):
                weight = float(network.matrix(connection)[unit.index, j])
                source = number(connection.source, j, time)
                gate = None if connection.gate is None else number(connection.gate, unit.index, unit.time)
                product = weight * source * (1.0 if gate is None else gate)
                terms.append(WorkedTerm(connection, Unit(connection.source, j, time), weight, source, gate, product))
    bias = float(network.weights[f"b_{unit.layer}"][unit.index]) if layer.bias else 0.0
    drive = bias + sum(term.product for term in terms)
    return Worked(unit, layer.activation, bias, tuple(terms), drive, activity)


def _activity(name: str, delay: int) -> str:
    time = f"t-{delay}" if delay else "t"
    return f"{_symbol(name)}_{{{time}}}" if delay else f"{_symbol(name)}_{time}"


def _symbol(name: str) -> str:
    """h → h, h1 → h^{1}, memory → mathrm{memory}."""
    match = re.fullmatch(r"([A-Za-z])(\d*)", name)
    if match is None:
        return r"\mathrm{" + name.replace("_", r"\_") + "}"
    letter, number = match.groups()
    return letter + (f"^{{{number}}}" if number else "")


def _subscripted(weight: str | None, mark: str = "") -> str:
    """W_xh → W_{xh}, b_h → b_h, with the pattern's mark as a superscript."""
    letter, _, rest = (weight or "").partition("_")
    rest = rest.replace("_", ",").replace(".", r"\,")
    subscript = rest if len(rest) == 1 else f"{{{rest}}}"
    return f"{letter}_{subscript}" + (f"^{{{mark}}}" if mark else "")
