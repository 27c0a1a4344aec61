"""The one description of a network: layers, and connections that each carry a delay.

Everything else (equations, numbers, gradients, pictures) is read off a `Topology`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from rnn_edu.core.checks import check_connection, check_layers, check_twins, loop_message
from rnn_edu.core.parts import Connection, Layer, Pairs, Unit

__all__ = ["Connection", "Layer", "Pairs", "Topology", "Unit"]


def checked(given: object) -> "Topology":
    """The topology that was given; TypeError, in one sentence, if it is anything else, for example a network."""
    if not isinstance(given, Topology):
        has_one = isinstance(getattr(given, "topology", None), Topology)
        raise TypeError(
            f"a {type(given).__name__} was given where a topology is needed; pass "
            + ("its .topology" if has_one else "a Topology, for example elman(2, 3, 1)")
        )
    return given


@dataclass(frozen=True)
class Topology:
    """The wiring of a recurrent network: what feeds what, and how many steps later.

    The first layer is the input and the last one the output. A topology checks itself when it is made.

    >>> loop = Topology([Layer("x", 1), Layer("y", 1)], [Connection("x", "y"), Connection("y", "y", delay=1)])
    >>> loop.feedback_kinds
    frozenset({'direct'})
    """

    layers: tuple[Layer, ...]
    connections: tuple[Connection, ...]

    def __init__(self, layers: Iterable[Layer], connections: Iterable[Connection] = ()) -> None:
        object.__setattr__(self, "layers", tuple(layers))
        object.__setattr__(self, "connections", tuple(connections))
        check_layers(self.layers)
        for connection in self.connections:
            check_connection(connection, self.layers)
        check_twins(self.connections)
        _ = self.update_order  # raises when a loop has no delay

    def __hash__(self) -> int:
        return self._hash

    # ---- looking things up ------------------------------------------------------------------------------------------

    @property
    def input(self) -> Layer:
        """The first layer."""
        return self.layers[0]

    @property
    def output(self) -> Layer:
        """The last layer."""
        return self.layers[-1]

    def layer(self, name: str) -> Layer:
        """The layer of this name; KeyError names the layers that exist."""
        try:
            return self._by_name[name]
        except KeyError:
            known = ", ".join(self._by_name)
            raise KeyError(f"there is no layer {name!r} here; this topology has {known}") from None

    def into(self, name: str) -> tuple[Connection, ...]:
        """The connections that end on this layer, in the order they were given."""
        self.layer(name)
        return tuple(connection for connection in self.connections if connection.target == name)

    @cached_property
    def learned(self) -> tuple[Connection, ...]:
        """The connections whose weights are learned."""
        return tuple(connection for connection in self.connections if connection.fixed is None)

    def weight_name(self, connection: Connection) -> str:
        """The name of a learned connection's weight: "W_hh", read "from h to h".

        If several learned connections join the same layers, the delayed ones carry their delay too: "W_hy_1".
        """
        try:
            return self._weight_names[connection]
        except KeyError:
            why = (
                "is fixed, so it has no weight to name"
                if connection in self.connections
                else "is not part of this topology"
            )
            raise KeyError(f"the connection {connection} {why}; ask for one of topology.learned") from None

    # ---- order and kinds --------------------------------------------------------------------------------------------

    @cached_property
    def update_order(self) -> tuple[str, ...]:
        """The layers after the input, in the order in which one time step computes them."""
        waits_for = {layer.name: self._undelayed_sources(layer.name) for layer in self.layers}
        order: list[str] = []
        while len(order) < len(self.layers):
            ready = [name for name, sources in waits_for.items() if name not in order and sources <= set(order)]
            if not ready:
                raise ValueError(loop_message(waits_for, order))
            order.append(ready[0])
        return tuple(name for name in order if name != self.input.name)

    def weights_allowed(self, connection: Connection) -> Iterator[tuple[int, int]]:
        """The (target index, source index) of every weight that the connection's pattern has."""
        n_targets, n_sources = self.layer(connection.target).size, self.layer(connection.source).size
        if connection.fixed == 0:
            return
        if not isinstance(connection.pattern, str):
            yield from connection.pattern
            return
        if connection.pattern == "one-to-one":
            yield from ((i, i) for i in range(n_targets))
            return
        skip_self = connection.pattern == "all-but-self"
        yield from ((i, j) for i in range(n_targets) for j in range(n_sources) if not (skip_self and i == j))

    def allows(self, connection: Connection, target_index: int, source_index: int) -> bool:
        """Does the connection's pattern have the weight between these two neurons?"""
        if connection.fixed == 0:
            return False
        if not isinstance(connection.pattern, str):
            return (target_index, source_index) in connection.pattern
        same = target_index == source_index
        return {"all": True, "one-to-one": same, "all-but-self": not same}[connection.pattern]

    def kind(self, connection: Connection, target_index: int, source_index: int) -> str:
        """What one weight is: "feedforward", or the feedback kind "direct", "lateral", "indirect" or "forward".

        A connection without delay, or one from the input, is "feedforward". How far back is counted in layers.
        """
        if connection.delay == 0 or connection.source == self.input.name:
            return "feedforward"
        source, target = self._position[connection.source], self._position[connection.target]
        if source == target:
            return "direct" if target_index == source_index else "lateral"
        return "indirect" if target < source else "forward"

    @cached_property
    def feedback_kinds(self) -> frozenset[str]:
        """The feedback in this wiring, worked out neuron by neuron from the delayed connections.

        Exactly {"complete"} when every neuron after the input feeds every one of them, itself included.
        """
        pairs: dict[tuple[Unit, Unit], str] = {}
        for connection in self.connections:
            if connection.delay and connection.source != self.input.name:
                for i, j in self.weights_allowed(connection):
                    pair = Unit(connection.source, j), Unit(connection.target, i)
                    pairs[pair] = self.kind(connection, i, j)
        n_neurons = sum(layer.size for layer in self.layers[1:])
        if n_neurons > 1 and len(pairs) == n_neurons**2:
            return frozenset({"complete"})
        return frozenset(pairs.values())

    # ---- inside -----------------------------------------------------------------------------------------------------

    @cached_property
    def _hash(self) -> int:
        return hash((self.layers, self.connections))  # once: plans are looked up by it at every run

    @cached_property
    def _by_name(self) -> dict[str, Layer]:
        return {layer.name: layer for layer in self.layers}

    @cached_property
    def _position(self) -> dict[str, int]:
        return {layer.name: position for position, layer in enumerate(self.layers)}

    @cached_property
    def _weight_names(self) -> dict[Connection, str]:
        joined = [(connection.source, connection.target) for connection in self.learned]

        def name(connection: Connection, separator: str) -> str:
            several = joined.count((connection.source, connection.target)) > 1
            suffix = f"{separator or '_'}{connection.delay}" if several and connection.delay else ""
            return f"W_{connection.source}{separator}{connection.target}{suffix}"

        plain = [name(connection, "") for connection in self.learned]
        unclear = {text for text in plain if plain.count(text) > 1}  # layers a, ab, b: W_aab could mean two things
        return {c: name(c, ".") if text in unclear else text for c, text in zip(self.learned, plain, strict=True)}

    def _undelayed_sources(self, name: str) -> set[str]:
        into = [connection for connection in self.connections if connection.target == name]
        sources = {connection.source for connection in into if connection.delay == 0}
        return sources | {connection.gate for connection in into if connection.gate is not None}
