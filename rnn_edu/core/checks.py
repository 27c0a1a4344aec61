"""What a topology refuses, each time in one sentence that says what to do."""

from collections.abc import Mapping

from rnn_edu.core.parts import Connection, Layer


def loop_message(waits_for: Mapping[str, set[str]], order: list[str]) -> str:
    """Say which layers wait for themselves."""
    path = [next(name for name in waits_for if name not in order)]
    while path[-1] not in path[:-1]:
        path.append(next(name for name in sorted(waits_for[path[-1]]) if name not in order))
    loop = " → ".join(reversed(path[path.index(path[-1]) :]))
    return (
        f"{loop} is a loop with no delay: each of these layers would have to wait for itself;"
        " give one of the loop's connections delay=1"
    )


def check_layers(layers: tuple[Layer, ...]) -> None:
    """There is one at least, and each has a name of its own."""
    if not layers:
        raise ValueError("a topology was given no layers; it needs at least one, the input")
    for layer in layers:
        if not isinstance(layer, Layer):
            raise TypeError(f"a topology's layers must be Layer objects, but one is {layer!r}; write Layer(name, size)")
    names = [layer.name for layer in layers]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"two layers are called {twice[0]!r}; give every layer a name of its own")


def check_connection(connection: Connection, layers: tuple[Layer, ...]) -> None:
    """It joins layers that exist, and its pattern and gate fit them."""
    if not isinstance(connection, Connection):
        raise TypeError(
            f"a topology's connections must be Connection objects, but one is {connection!r};"
            " write Connection(source, target)"
        )
    by_name = {layer.name: layer for layer in layers}
    for role in ("source", "target", "gate"):
        name = getattr(connection, role)
        if name not in by_name and not (role == "gate" and name is None):
            raise ValueError(
                f"the connection {connection} names the {role} {name!r}, but the layers are"
                f" {', '.join(by_name)}; name one of them"
            )
    if connection.target == layers[0].name:
        raise ValueError(
            f"the connection {connection} ends on the input layer, whose numbers come from outside;"
            " end it on another layer"
        )
    source, target = by_name[connection.source], by_name[connection.target]
    if not isinstance(connection.pattern, str):
        if any(i >= target.size or j >= source.size for i, j in connection.pattern):
            raise ValueError(
                f"the connection {connection} has pattern {connection.pattern!r}, but {target.name!r} has"
                f" {target.size} neurons and {source.name!r} has {source.size}; count from 0 and stay below"
            )
    elif connection.pattern != "all" and source.size != target.size:
        raise ValueError(
            f"the connection {connection} has pattern {connection.pattern!r}, which needs two layers of one size,"
            f" but {source.name!r} has {source.size} and {target.name!r} has {target.size}; use pattern='all'"
        )
    if connection.gate is not None and by_name[connection.gate].size != target.size:
        raise ValueError(
            f"the gate {connection.gate!r} has {by_name[connection.gate].size} neurons, but it must have one for"
            f" each of the {target.size} of {target.name!r}; give both layers one size"
        )


def check_twins(connections: tuple[Connection, ...]) -> None:
    """No two connections say the same."""
    seen: list[Connection] = []
    for connection in connections:
        ends = connection.source, connection.target, connection.delay
        both_learned = any(
            (other.source, other.target, other.delay) == ends and other.fixed is None
            for other in seen
            if connection.fixed is None
        )
        if both_learned or connection in seen:
            raise ValueError(
                f"two {'learned' if both_learned else 'equal'} connections join {connection.source} →"
                f" {connection.target} at delay {connection.delay}, so their weights would only add up;"
                " keep one, or change one's delay"
            )
        seen.append(connection)
