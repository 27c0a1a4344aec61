"""The classical wirings by name, so that a lesson can begin with one line.

`hidden` is a number of neurons, or a tuple of them for several hidden layers. Layers are named x, h (or h1, h2, …), y.
"""

from collections.abc import Callable, Iterable

from rnn_edu.core.topology import Connection, Layer, Topology

Hidden = int | tuple[int, ...]
Feedback = Callable[[list[str]], Iterable[Connection]]


def feedforward(
    inputs: int, hidden: Hidden, outputs: int, *, activation: str = "tanh", output_activation: str = "identity"
) -> Topology:
    """A network without feedback: each layer feeds the next one within the same step.

    >>> feedforward(2, (4, 3), 1).update_order
    ('h1', 'h2', 'y')
    """
    return _chain(inputs, hidden, outputs, activation, output_activation, feedback=lambda names: ())


def direct_feedback(
    inputs: int, hidden: Hidden, outputs: int, *, activation: str = "tanh", output_activation: str = "identity"
) -> Topology:
    """Each hidden neuron feeds itself, one step later.

    >>> sorted(direct_feedback(2, 3, 1).feedback_kinds)
    ['direct']
    """
    return _chain(
        inputs,
        hidden,
        outputs,
        activation,
        output_activation,
        feedback=lambda names: (Connection(h, h, delay=1, pattern="one-to-one") for h in names[1:-1]),
    )


def indirect_feedback(
    inputs: int, hidden: Hidden, outputs: int, *, activation: str = "tanh", output_activation: str = "identity"
) -> Topology:
    """Each layer after the first hidden one feeds the layer before it, one step later.

    >>> sorted(indirect_feedback(2, 3, 1).feedback_kinds)
    ['indirect']
    """
    return _chain(
        inputs,
        hidden,
        outputs,
        activation,
        output_activation,
        feedback=lambda names: (Connection(b, a, delay=1) for a, b in zip(names[1:], names[2:], strict=False)),
    )


def lateral_feedback(
    inputs: int, hidden: Hidden, outputs: int, *, activation: str = "tanh", output_activation: str = "identity"
) -> Topology:
    """Each hidden neuron feeds the other neurons of its own layer, one step later.

    >>> sorted(lateral_feedback(2, 3, 1).feedback_kinds)
    ['lateral']
    """
    return _chain(
        inputs,
        hidden,
        outputs,
        activation,
        output_activation,
        feedback=lambda names: (Connection(h, h, delay=1, pattern="all-but-self") for h in names[1:-1]),
    )


def complete_feedback(
    inputs: int,
    hidden: Hidden,
    outputs: int,
    self_loops: bool = True,
    *,
    activation: str = "tanh",
    output_activation: str = "identity",
) -> Topology:
    """Every neuron after the input feeds every one of them, one step later: itself, its layer, earlier and later ones.

    Sources disagree on whether a neuron feeds itself too; `self_loops=False` leaves that out.

    >>> sorted(complete_feedback(2, 3, 1).feedback_kinds)
    ['complete']
    """
    own = "all" if self_loops else "all-but-self"
    return _chain(
        inputs,
        hidden,
        outputs,
        activation,
        output_activation,
        feedback=lambda names: (
            Connection(a, b, delay=1, pattern=own if a == b else "all") for b in names[1:] for a in names[1:]
        ),
    )


def elman(
    inputs: int, hidden: Hidden, outputs: int, *, activation: str = "tanh", output_activation: str = "identity"
) -> Topology:
    """Each hidden neuron feeds its whole layer, one step later: what libraries call "RNN" (Elman 1990).

    >>> sorted(elman(2, 3, 1).feedback_kinds)
    ['direct', 'lateral']
    """
    return _chain(
        inputs,
        hidden,
        outputs,
        activation,
        output_activation,
        feedback=lambda names: (Connection(h, h, delay=1) for h in names[1:-1]),
    )


def jordan(
    inputs: int, hidden: Hidden, outputs: int, *, activation: str = "tanh", output_activation: str = "identity"
) -> Topology:
    """The output feeds the first hidden layer, one step later (Jordan 1986).

    >>> jordan(2, 3, 1).connections[-1]
    Connection(source='y', target='h', delay=1, pattern='all', gate=None, fixed=None)
    """
    return _chain(
        inputs,
        hidden,
        outputs,
        activation,
        output_activation,
        feedback=lambda names: (Connection(names[-1], names[1], delay=1),),
    )


def _chain(
    inputs: int, hidden: Hidden, outputs: int, activation: str, output_activation: str, feedback: Feedback
) -> Topology:
    """x → h1 → … → y within a step, plus the feedback connections that `feedback(names)` lists."""
    sizes: Iterable[int] = hidden if isinstance(hidden, tuple | list) else (hidden,)
    sizes = tuple(sizes)
    if not sizes:
        raise ValueError("hidden was given no layers; it needs a number of neurons, or a tuple such as (4, 3)")
    hidden_names = ["h"] if len(sizes) == 1 else [f"h{k}" for k in range(1, len(sizes) + 1)]
    names = ["x", *hidden_names, "y"]
    layers = [
        Layer("x", inputs, activation="identity", bias=False),
        *(Layer(name, size, activation) for name, size in zip(hidden_names, sizes, strict=True)),
        Layer("y", outputs, output_activation),
    ]
    forward = [Connection(a, b) for a, b in zip(names, names[1:], strict=False)]
    return Topology(layers, [*forward, *feedback(names)])
