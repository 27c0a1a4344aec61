"""Shuffle a sentence, and see which of two small networks notices."""

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets
import numpy as np

from rnn_edu.drawings.picture_chart import orders_figure, png_of
from rnn_edu.drawings.style import short
from rnn_edu.drawings.svg_order import orders_svg, sentence_svg
from rnn_edu.explorers.frame import Frame, SliderNames, numbered, tidy
from rnn_edu.explorers.stage import Stage
from rnn_edu.tasks import words as reading

OWN = "(your own words)"


class OrderExplorer:
    """A sentence whose words can be moved, a bag of words that reads it, and one looping neuron that reads it.

    Controls: `sentence` (a choice), `text` (your own words, at most ten), `loop_weight`, and the buttons `shuffle`,
    `earlier`, `later`, `again`. `order` is the order of the words now; `arrange(words)` sets it.

    >>> explorer = OrderExplorer("dog bites man")
    >>> explorer.arrange(("man", "bites", "dog")); explorer.order
    ('man', 'bites', 'dog')
    """

    def __init__(self, sentence: str = reading.SENTENCES[0], *, loop_weight: float = 0.8, rng: int = 0) -> None:
        self._first = self._order = reading.split(sentence)
        self._picked: int | None = None
        self._rng = np.random.default_rng(rng)
        self._frame = Frame(facts=self._facts, png=self._png)
        choices = [*reading.SENTENCES, OWN]
        chosen = sentence if sentence in choices else OWN
        self.sentence = widgets.Dropdown(options=choices, value=chosen, description="sentence")
        self.text = widgets.Text(value=sentence, description="words", continuous_update=False)
        self.loop_weight = widgets.FloatSlider(loop_weight, min=-1.5, max=1.5, step=0.05)
        self._box = widgets.BoundedFloatText(loop_weight, min=-1.5, max=1.5, step=0.05, layout={"width": "72px"})
        self.shuffle, self.earlier, self.later, self.again = (
            widgets.Button(description=words, layout={"width": "auto"})
            for words in ("Shuffle", "← earlier", "later →", "As it began")
        )
        self.stage = Stage(label="the sentence and the two networks that read it")
        self._connect()
        self._read()
        self.panel = self._frame.show(*self._layout())

    @property
    def order(self) -> reading.Words:
        """The words in the order in which they stand now."""
        return self._order

    def arrange(self, words: tuple[str, ...]) -> None:
        """Put the words into this order; ValueError if they are not the words of the sentence."""
        if sorted(words) != sorted(self._first):
            raise ValueError(
                f"the words {' '.join(words)!r} are not those of {' '.join(self._first)!r}; only move them"
            )
        self._order = tuple(words)
        self._frame.guard(self._draw)()

    # ---- what the learner does --------------------------------------------------------------------------------------

    def _connect(self) -> None:
        moves: dict[widgets.Button, Callable[[], None]] = {
            self.shuffle: self._shuffle,
            self.earlier: lambda: self._move(-1),
            self.later: lambda: self._move(1),
            self.again: self._again,
        }
        for button, move in moves.items():
            button.on_click(self._frame.guard(move))
        self.sentence.observe(self._frame.guard(self._choose), "value")
        self.text.observe(self._frame.guard(self._write), "value")
        self.loop_weight.observe(self._frame.guard(self._read), "value")
        self.stage.on_key("activate", lambda key: self._frame.guard(lambda: self._touch(key))())
        self.stage.on_key("escape", lambda key: self._frame.guard(self._let_go)())

    def _choose(self) -> None:
        if self.sentence.value != OWN:
            self.text.value = self.sentence.value

    def _write(self) -> None:
        self._first = self._order = reading.split(self.text.value)
        self._picked = None
        self.sentence.value = self.text.value if self.text.value in reading.SENTENCES else OWN
        self._read()

    def _shuffle(self) -> None:
        self._order = tuple(self._order[place] for place in self._rng.permutation(len(self._order)))
        self._picked = None
        self._draw()

    def _again(self) -> None:
        self._order, self._picked = self._first, None
        self._draw()

    def _move(self, way: int) -> None:
        if self._picked is None:
            raise ValueError("no word is in hand; click one first, or press Enter on it")
        to = min(max(self._picked + way, 0), len(self._order) - 1)
        self._swap(self._picked, to)
        self._picked = to
        self._draw()

    def _touch(self, key: str) -> None:
        """A word was clicked: take it in hand, or swap it with the one in hand. A dot was clicked: show its order."""
        what, _, number = key.partition(":")
        if what == "order":
            self._order, self._picked = self._orders.orders[int(number)], None
        elif self._picked is None:
            self._picked = int(number)
        else:
            self._swap(self._picked, int(number))
            self._picked = None
        self._draw()

    def _let_go(self) -> None:
        self._picked = None
        self._draw()

    def _swap(self, one: int, other: int) -> None:
        words = list(self._order)
        words[one], words[other] = words[other], words[one]
        self._order = tuple(words)

    # ---- what is shown ----------------------------------------------------------------------------------------------

    def _read(self) -> None:
        self._orders = reading.compare_orders(self._first, tidy(self.loop_weight.value))
        self._draw()

    def _draw(self) -> None:
        known = reading.vocabulary(self._first)
        self._now = now = reading.read(self._order, tidy(self.loop_weight.value), known)
        sentence = sentence_svg(
            now.words,
            counts=dict(zip(known, now.counts.tolist(), strict=True)),
            weights=dict(zip(known, reading.word_weights(len(known)).tolist(), strict=True)),
            bag=now.bag,
            states=now.states.tolist(),
            loop=now.loop,
            loop_weight=tidy(self.loop_weight.value),
            name=f"sentence-{id(self)}",
            picked=self._picked,
        )
        orders = orders_svg(
            self._orders.orders,
            bag=self._orders.bag.tolist(),
            loop=self._orders.loop.tolist(),
            now=(now.bag, now.loop),
            now_words=now.words,
            says=self._says(),
            name=f"orders-{id(self)}",
        )
        self.earlier.disabled = self._picked in (None, 0)
        self.later.disabled = self._picked in (None, len(self._order) - 1)
        self.stage.picture = f"{sentence}<div style='height:8px'></div>{orders}"

    def _says(self) -> tuple[str, str]:
        n_orders = len(self._orders.orders)
        tried = f"{n_orders} order{'s' if n_orders != 1 else ''}"
        answers = (self._orders.n_different_by_bag, self._orders.n_different_by_loop)
        bag, loop = (f"{n} answer{'s' if n != 1 else ''} to {tried}" for n in answers)
        return bag, loop

    def _facts(self) -> str:
        bag, loop = self._says()
        n_orders, n_possible = len(self._orders.orders), self._orders.n_possible
        some = f" (of {n_possible} orders, {n_orders} were tried)" if n_orders < n_possible else ""
        twice = [word for word, count in zip(self._now.known, self._now.counts, strict=True) if count > 1]
        repeated = f" {', '.join(twice)}: repeated, so fewer orders can be told apart." if twice else ""
        return (
            f"{' '.join(self._order)}: bag of words {short(self._now.bag)}, looping neuron {short(self._now.loop)} with"
            f" loop weight {self.loop_weight.value:g}. Bag: {bag}; loop: {loop}{some}.{repeated}"
        )

    def _layout(self) -> tuple[widgets.Widget, ...]:
        slider = numbered(self.loop_weight, self._box, "loop weight")
        hint = widgets.HTML("Click a word, then another one: they change places.")
        return (
            widgets.HBox([self.sentence, self.text], layout={"flex_flow": "row wrap"}),
            widgets.HBox([self.shuffle, self.earlier, self.later, self.again, hint], layout={"flex_flow": "row wrap"}),
            self.stage,
            slider,
            SliderNames(),
        )

    def _png(self) -> bytes:
        now = self._now
        return png_of(
            orders_figure(
                now.words,
                now.states.tolist(),
                self._orders.bag.tolist(),
                self._orders.loop.tolist(),
                (now.bag, now.loop),
            )
        )

    def __repr__(self) -> str:
        return self._facts()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None, **_: Any) -> dict[str, Any]:
        return self._frame.bundle()
