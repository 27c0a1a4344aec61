"""The two gated cells by name: a gated recurrent unit (GRU) and a long short-term memory (LSTM).

They need nothing of their own: a gate is a connection's `gate`, and the memory cell is a self-loop of weight 1.
"""

from rnn_edu.core.topology import Connection, Layer, Topology


def gru(
    inputs: int, hidden: int, outputs: int, *, activation: str = "tanh", output_activation: str = "identity"
) -> Topology:
    """A gated recurrent unit: h = (1 - z) ⊙ n + z ⊙ h before, and the reset gate r acts on what n gets from h.

    Layers: x, the gates r (reset) and z (update), n (new), h, y. Source: Cho et al. 2014, as PyTorch computes it.

    >>> gru(2, 3, 1).update_order
    ('r', 'z', 'n', 'h', 'y')
    """
    layers = [
        Layer("x", inputs, activation="identity", bias=False),
        *(Layer(gate, hidden, "sigmoid") for gate in "rz"),
        Layer("n", hidden, activation),
        Layer("h", hidden, "identity", bias=False),
        Layer("y", outputs, output_activation),
    ]
    connections = [
        *(Connection("x", name) for name in "rzn"),
        *(Connection("h", name, delay=1, gate="r" if name == "n" else None) for name in "rzn"),
        Connection("n", "h", fixed=1.0),
        Connection("n", "h", gate="z", fixed=-1.0),
        Connection("h", "h", delay=1, gate="z", fixed=1.0),
        Connection("h", "y"),
    ]
    return Topology(layers, connections)


def lstm(
    inputs: int, hidden: int, outputs: int, *, activation: str = "tanh", output_activation: str = "identity"
) -> Topology:
    """A long short-term memory: c = f ⊙ c before + i ⊙ g, and h = o ⊙ s with s = tanh(c).

    Layers: x, the gates i (input), f (forget) and o (output), g (new), the cell c, s (the cell, squashed), h, y.
    Sources: Hochreiter and Schmidhuber 1997; Gers et al. 2000 (forget gate).

    >>> lstm(2, 3, 1).update_order
    ('i', 'f', 'o', 'g', 'c', 's', 'h', 'y')
    """
    layers = [
        Layer("x", inputs, activation="identity", bias=False),
        *(Layer(gate, hidden, "sigmoid") for gate in "ifo"),
        Layer("g", hidden, activation),
        Layer("c", hidden, "identity", bias=False),
        Layer("s", hidden, activation, bias=False),
        Layer("h", hidden, "identity", bias=False),
        Layer("y", outputs, output_activation),
    ]
    connections = [
        *(Connection("x", name) for name in "ifog"),
        *(Connection("h", name, delay=1) for name in "ifog"),
        Connection("g", "c", gate="i", fixed=1.0),
        Connection("c", "c", delay=1, gate="f", fixed=1.0),
        Connection("c", "s", fixed=1.0),
        Connection("s", "h", gate="o", fixed=1.0),
        Connection("h", "y"),
    ]
    return Topology(layers, connections)
