"""One sentence read in two ways, for the browser: all words at once in a bag, and word after word with a loop.

Parts that can be touched carry data-cell: "word:2" for the word at a place, "order:7" for one order on the number line.
"""

from collections.abc import Mapping, Sequence
from html import escape

from rnn_edu.drawings import svg
from rnn_edu.drawings.style import KIND, ActivityScale, short, text_on

WIDTH = 960
LEFT = 150  # room for the names of the rows
R = 22  # of a neuron
SCALE = ActivityScale(1.0)
DIRECT = f'class="rnn-direct" color="{KIND["direct"].colour}"'
_INK = 'fill="currentColor"'


def sentence_svg(
    words: Sequence[str],
    *,
    counts: Mapping[str, int],
    weights: Mapping[str, float],
    bag: float,
    states: Sequence[float],
    loop: float,
    loop_weight: float,
    name: str,
    picked: int | None = None,
) -> str:
    """Draw the words of a sentence as chips, the bag that counts them, and the neuron that reads them one by one.

    `weights` has the weight from each word to the neuron, `states` its activity after each word; `picked` is the place
    of the word in hand.
    """
    column = (WIDTH - LEFT - 150) / max(len(words), 3)
    across = [LEFT + column * (place + 0.5) for place in range(len(words))]
    chips = [
        _chip(place, word, x, column, place == picked, len(words))
        for place, (word, x) in enumerate(zip(words, across, strict=True))
    ]
    parts = [
        svg.text(0, 38, "the sentence", anchor="start", more='font-weight="600"'),
        *chips,
        _loop_row(across, [weights[word] for word in words], states, loop, loop_weight),
        _bag_row(counts, bag),
    ]
    said = (
        f"The sentence is: {' '.join(words)}. The bag of words answers {short(bag)}. "
        f"The looping neuron goes through {', '.join(short(state) for state in states)} and answers {short(loop)}"
    )
    return svg.frame(
        "".join(parts),
        (WIDTH, 290),
        title="one sentence, read in two ways",
        description=said,
        name=name,
        interactive=True,
    )


def _chip(place: int, word: str, x: float, column: float, picked: bool, n_words: int) -> str:
    width = min(max(30 + 8.4 * len(word), 54), column - 6)
    size = min(15.0, (width - 12) / max(len(word), 1) / 0.56)
    edge = 'stroke="#D55E00" stroke-width="3"' if picked else 'stroke="currentColor" stroke-opacity="0.45"'
    ways = "".join(
        f' data-{way}="word:{to}"' for way, to in (("left", place - 1), ("right", place + 1)) if 0 <= to < n_words
    )
    state = "in hand" if picked else "press Enter to take it in hand"
    box = f'x="{x - width / 2:.5g}" y="18" width="{width:.5g}" height="32" rx="16"'
    look = f'font-size="{size:.3g}" pointer-events="none"'
    return (
        f'<g data-cell="word:{place}" data-focus="" role="button" aria-pressed="{str(picked).lower()}"{ways} '
        f'aria-label="word {place + 1} of {n_words}: {escape(word, quote=True)}, {state}">'
        f'<rect {box} fill="currentColor" fill-opacity="0.06" {edge}/>{svg.text(x, 39, word, more=look)}</g>'
    )


def _loop_row(
    across: Sequence[float], weights: Sequence[float], states: Sequence[float], loop: float, loop_weight: float
) -> str:
    y, gone = 124.0, abs(loop_weight) < 1e-12
    fade = ' stroke-opacity="0.25"' if gone else ""
    parts = [
        svg.text(0, y - 4, "one looping neuron", anchor="start", more='font-weight="600"'),
        svg.text(0, y + 14, "word after word", anchor="start", more='fill-opacity="0.8"'),
    ]
    for place, x in enumerate(across):
        parts.append(_arrow(x, 50, x, y - R))
        parts.append(svg.text(x + 7, 80, short(weights[place]), anchor="start"))
        if place:
            parts.append(
                f"<g {DIRECT}>{_arrow(across[place - 1] + R, y, x - R, y, svg.dashes('direct', 2) + fade, 2)}"
                f"{svg.text((across[place - 1] + x) / 2, y - 8, short(loop_weight), more=_INK)}</g>"
            )
        parts.append(_neuron(x, y, states[place]))
    end = WIDTH - 46
    parts += [_arrow(across[-1] + R, y, end - R - 6, y), _answer(end, y, loop)]
    return "".join(parts)


def _bag_row(counts: Mapping[str, int], bag: float) -> str:
    y, column = 236.0, (WIDTH - LEFT - 250) / max(len(counts), 3)
    x, end = WIDTH - 176.0, WIDTH - 46.0
    box = f'x="{LEFT}" y="{y - 34}" width="{column * len(counts):.5g}" height="68" rx="12"'
    parts = [
        svg.text(0, y - 4, "a bag of words", anchor="start", more='font-weight="600"'),
        svg.text(0, y + 14, "all counts at once", anchor="start", more='fill-opacity="0.8"'),
        f'<path d="M0 176H{WIDTH}" stroke="currentColor" stroke-opacity="0.15"/>',
        f'<rect {box} fill="currentColor" fill-opacity="0.05"/>',
    ]
    for place, (word, count) in enumerate(counts.items()):
        middle = LEFT + column * (place + 0.5)
        size = min(13.0, (column - 6) / max(len(word), 1) / 0.56)
        parts.append(svg.text(middle, y - 10, word, more=f'font-size="{size:.3g}"'))
        parts.append(svg.text(middle, y + 20, str(count), more='font-size="18" font-weight="600"'))
    right = LEFT + column * len(counts)
    parts += [_arrow(right, y, x - R, y), _neuron(x, y, bag), _arrow(x + R, y, end - R - 6, y), _answer(end, y, bag)]
    return "".join(parts)


def _neuron(x: float, y: float, value: float) -> str:
    fill = SCALE.colour(value)
    return (
        f'<circle cx="{x:.5g}" cy="{y:.5g}" r="{R}" fill="{fill}" stroke="currentColor" stroke-opacity="0.7"/>'
        + svg.text(x, y + 4.5, short(value), more=f'style="fill:{text_on(fill)}"')
    )


def _answer(x: float, y: float, value: float) -> str:
    fill = SCALE.colour(value)
    corners = f"{x - R - 6},{y} {x},{y - R - 6} {x + R + 6},{y} {x},{y + R + 6}"
    return f'<polygon points="{corners}" fill="{fill}" stroke="currentColor" stroke-opacity="0.7"/>' + svg.text(
        x, y + 4.5, short(value), more=f'style="fill:{text_on(fill)}" font-weight="600"'
    )


def _arrow(x0: float, y0: float, x1: float, y1: float, more: str = "", width: float = 1.4) -> str:
    length = max(((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5, 1e-9)
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    back = x1 - 8 * ux, y1 - 8 * uy
    one, other = (back[0] - 4 * uy, back[1] + 4 * ux), (back[0] + 4 * uy, back[1] - 4 * ux)
    line = f"M{x0:.5g} {y0:.5g}L{x1 - 6 * ux:.5g} {y1 - 6 * uy:.5g}"
    tip = f"M{x1:.5g} {y1:.5g}L{one[0]:.5g} {one[1]:.5g}L{other[0]:.5g} {other[1]:.5g}Z"
    return f'<path d="{line}" stroke="currentColor" stroke-width="{width}"{more}/><path d="{tip}" fill="currentColor"/>'


def orders_svg(
    orders: Sequence[Sequence[str]],
    *,
    bag: Sequence[float],
    loop: Sequence[float],
    now: tuple[float, float],
    now_words: Sequence[str],
    says: tuple[str, str],
    name: str,
) -> str:
    """Draw the answers of both networks to many orders of the same words, as dots on two number lines from −1 to 1.

    `now` is (bag, loop) for the order that is shown, `says` one remark for each line. A dot can be chosen.
    """
    place = {index: rank for rank, index in enumerate(sorted(range(len(orders)), key=lambda index: loop[index]))}
    at = {rank: index for index, rank in place.items()}
    dots = []
    for index, words in enumerate(orders):
        ways = "".join(
            f' data-{way}="order:{at[rank]}"'
            for way, rank in (("left", place[index] - 1), ("right", place[index] + 1))
            if rank in at
        )
        said = escape(f"{' '.join(words)}: {loop[index]:.4f}".replace("-", "−"), quote=True)
        dots.append(
            f'<g data-cell="order:{index}" data-focus="" role="button" aria-label="{said}"{ways}><title>{said}</title>'
            f'<circle class="rnn-direct" color="{KIND["direct"].colour}" fill="currentColor" fill-opacity="0.5" '
            f'cx="{_across(loop[index]):.5g}" cy="46" r="{6 if len(orders) < 40 else 4}"/></g>'
        )
    parts = [
        _number_line(46, "looping neuron", says[1]),
        *dots,
        _here(now[1], 46, " ".join(now_words)),
        _number_line(108, "bag of words", says[0]),
        *(
            f'<circle cx="{x:.5g}" cy="108" r="6" fill-opacity="0.6"/>'
            for x in sorted({_across(value) for value in bag})
        ),
    ]
    ticks = "".join(svg.text(_across(value), 136, short(value)) for value in (-1.0, -0.5, 0.0, 0.5, 1.0))
    said = f"looping neuron: {says[1]}; bag of words: {says[0]}"
    return svg.frame(
        "".join(parts) + ticks,
        (WIDTH, 142),
        title="the answers to all orders",
        description=said,
        name=name,
        interactive=True,
    )


def _across(value: float) -> float:
    return LEFT + 20 + (value + 1) / 2 * (WIDTH - LEFT - 250)


def _number_line(y: float, title: str, says: str) -> str:
    ticks = "".join(f"M{_across(value):.5g} {y - 5}v10" for value in (-1, -0.5, 0, 0.5, 1))
    line = f"M{_across(-1):.5g} {y}H{_across(1):.5g}{ticks}"
    return (
        f'<path d="{line}" stroke="currentColor" stroke-opacity="0.35" fill="none"/>'
        + svg.text(0, y + 4, title, anchor="start", more='font-weight="600"')
        + svg.text(WIDTH, y + 4, says, anchor="end", more='font-weight="600"')
    )


def _here(value: float, y: float, words: str) -> str:
    x = _across(value)
    half = 3.2 * len(words)
    middle = min(max(x, LEFT + half), WIDTH - 210 - half)
    return (
        f'<circle cx="{x:.5g}" cy="{y}" r="9" fill="none" stroke="#D55E00" stroke-width="3" pointer-events="none"/>'
        f'<path d="M{x:.5g} {y - 11}V{y - 18}" stroke="#D55E00" stroke-width="2"/>' + svg.text(middle, y - 24, words)
    )
