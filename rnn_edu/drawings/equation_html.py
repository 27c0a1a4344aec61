"""The equations as live text: as formulas, and for one neuron at one step with every number filled in.

Both read the terms that `rnn_edu.core.equations` lists; each term carries its kind's colour and its weight's address.
"""

from html import escape

from rnn_edu.core.equations import Term, WorkedTerm, layer_terms, worked
from rnn_edu.core.network import Network
from rnn_edu.core.records import Trajectory
from rnn_edu.core.topology import Connection, Topology, Unit
from rnn_edu.drawings import style, svg
from rnn_edu.drawings.selection import Selection, is_weight

_BLOCK = "line-height:1.9;font-family:'STIX Two Text','Times New Roman',serif;font-size:17px"
_SQUASH = {"identity": "", "tanh": "tanh", "sigmoid": "σ", "relu": "relu"}
_MARK = {"all": "", "one-to-one": "i=j", "all-but-self": "i≠j"}
_LIT = "border-bottom:3px solid #D55E00;font-weight:700"


def equations_html(topology: Topology) -> str:
    """Write the formula of every layer, one line each, the feedback terms in the colours of their kinds.

    >>> from rnn_edu.core.builders import direct_feedback
    >>> "direct" in equations_html(direct_feedback(1, 2, 1))
    True
    """
    lines = []
    for name in topology.update_order:
        terms = " ".join(
            _formula_term(topology, term, first=not place) for place, term in enumerate(layer_terms(topology, name))
        )
        squash = _SQUASH[topology.layer(name).activation]
        lines.append(f"<div>{_at(name, 0)} = {f'{squash}( {terms or 0} )' if squash else terms or 0}</div>")
    return _block(lines)


def worked_html(network: Network, trajectory: Trajectory, unit: Unit, *, lit: Selection = None) -> str:
    """Write one neuron's equation at one step with symbols, with the numbers filled in, and whom the neuron feeds.

    `unit` needs a time. Terms from before step 0 are left out, since all was zero then. The weight `lit` is marked.
    """
    told = worked(network, trajectory, unit)
    name = f"{svg.unit_symbol(unit)}({unit.time})"
    feeds = _feeds(network, trajectory, unit, lit)
    if unit.layer == network.topology.input.name:
        return _block([f"<div>{name} = <b>{style.short(told.activity)}</b>, as it came in</div>", feeds])
    symbols = [_symbols(network.topology, unit, term, lit) for term in told.terms]
    numbers = [_numbers(network.topology, unit, term, lit) for term in told.terms]
    if network.topology.layer(unit.layer).bias:
        symbols.append(f"b<sub>{unit.layer},{unit.index}</sub>")
        numbers.append(_bracketed(told.bias))
    squash = _SQUASH[told.activation]

    def line(parts: list[str], result: str) -> str:
        inside = " + ".join(parts) or "0"
        return f"<div>{f'{squash}( {inside} )' if squash else inside}{result}</div>"

    drive = f" = {squash}( {style.short(told.drive)} )" if squash else ""
    value = f"{drive} = <b>{style.short(told.activity)}</b>"
    return _block([f"<div>{name} =</div>", line(symbols, ""), line(numbers, value), feeds])


def _block(lines: list[str]) -> str:
    """All lines, with the kinds' colours for light and for dark themes."""
    colours = "".join(
        f".rnn-equation .rnn-{kind}{{color:{look.colour};font-weight:600}}"
        f'[data-jp-theme-light="false"] .rnn-equation .rnn-{kind}{{color:{look.dark}}}'
        for kind, look in style.KIND.items()
    )
    return f'<div class="rnn-equation" style="{_BLOCK}"><style>{colours}</style>{"".join(lines)}</div>'


# ---- formulas --------------------------------------------------------------------------------------------------------


def _formula_term(topology: Topology, term: Term, *, first: bool) -> str:
    connection = term.connection
    if connection is None:
        return f"{'' if first else '+ '}b<sub>{escape((term.weight or '')[2:])}</sub>"
    sign, product = "+ ", _at(connection.source, connection.delay)
    if connection.fixed is None:
        mark = _MARK.get(connection.pattern, "wired") if isinstance(connection.pattern, str) else "wired"
        name = escape((term.weight or "")[2:].replace("_", ","))
        product = f"W<sub>{name}</sub>{_raised(mark)} {product}"
    else:
        sign = "− " if connection.fixed < 0 else "+ "
        product = product if abs(connection.fixed) == 1 else f"{style.short(abs(connection.fixed))} {product}"
    if connection.gate is not None:
        product = f"{_at(connection.gate, 0)} ⊙ ({product})"
    kinds = {topology.kind(connection, i, j) for i, j in topology.weights_allowed(connection)} or {"feedforward"}
    sign = sign.replace("+ ", "") if first else sign
    return sign + _coloured(product, kinds.pop() if len(kinds) == 1 else None)


# ---- one neuron ------------------------------------------------------------------------------------------------------


def _raised(mark: str) -> str:
    """The mark of a pattern above its weight, with the words for it where the pointer rests."""
    words = {"i=j": "same numbers only", "i≠j": "no neuron to itself", "wired": "only the arrows that were drawn"}
    return f'<sup title="{words[mark]}">{mark}</sup>' if mark else ""


def _symbols(topology: Topology, unit: Unit, term: WorkedTerm, lit: Selection) -> str:
    source = term.source
    weight = f"w<sub>{svg.unit_symbol(unit)}←{svg.unit_symbol(source)}</sub>"
    if term.connection.fixed is not None:
        weight = style.short(term.weight)
    gate = "" if term.gate is None else f"{svg.layer_symbol(term.connection.gate or '')}·"
    text = f"{gate}{weight}·{svg.unit_symbol(source)}({source.time})"
    return _term(topology, term.connection, unit, source, text, lit)


def _numbers(topology: Topology, unit: Unit, term: WorkedTerm, lit: Selection) -> str:
    gate = "" if term.gate is None else f"{_bracketed(term.gate)}·"
    text = f"{gate}{_bracketed(term.weight)}·{_bracketed(term.activity)}"
    return _term(topology, term.connection, unit, term.source, text, lit)


def _feeds(network: Network, trajectory: Trajectory, unit: Unit, lit: Selection) -> str:
    """Whom the neuron feeds with which weight, up to the last step: its outgoing arrows in words."""
    parts = []
    for connection in network.topology.connections:
        time = (unit.time or 0) + connection.delay
        if connection.source != unit.layer or time >= trajectory.n_steps:
            continue
        matrix = network.matrix(connection)
        for i, j in network.topology.weights_allowed(connection):
            if j == unit.index:
                target = Unit(connection.target, i, time)
                text = f"{svg.unit_symbol(target)}({time}) with {style.short(float(matrix[i, j]))}"
                parts.append(_term(network.topology, connection, target, unit, text, lit))
    name = f"{svg.unit_symbol(unit)}({unit.time})"
    return f"<div>{name} feeds {', '.join(parts)}</div>" if parts else ""


def _term(topology: Topology, connection: Connection, target: Unit, source: Unit, text: str, lit: Selection) -> str:
    kind = topology.kind(connection, target.index, source.index)
    address = svg.cell_key(target._replace(time=None), source._replace(time=None), connection.delay)
    mark = f";{_LIT}" if is_weight(target, source, connection.delay, lit) else ""
    return f'<span data-cell="{escape(address)}" style="white-space:nowrap{mark}">{_coloured(text, kind)}</span>'


def _coloured(text: str, kind: str | None) -> str:
    if kind is None or kind == "feedforward":
        return f"<span>{text}</span>"
    return f'<span class="rnn-{kind}" title="{style.KIND[kind].word}">{text}</span>'


def _at(name: str, delay: int) -> str:
    return f"{svg.layer_symbol(name)}(t{f' − {delay}' if delay else ''})"


def _bracketed(value: float) -> str:
    return f"({style.short(value)})" if value < 0 else style.short(value)
