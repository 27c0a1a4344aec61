"""Learning: run, see how wrong it was, walk the error back, move the weights, again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rnn_edu.core.bptt import bptt
from rnn_edu.core.losses import squared_error
from rnn_edu.core.network import Network
from rnn_edu.core.optimisers import Adam, Optimiser
from rnn_edu.core.records import Trajectory

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Array = np.ndarray
Loss = Callable[..., tuple[float, Array]]


class Batch(NamedTuple):
    """What one step learns from: inputs, what should come out, and which steps count (all, if `mask` is None)."""

    x: ArrayLike
    target: ArrayLike
    mask: ArrayLike | None = None


class TrainingStep(NamedTuple):
    """One step of training: its number from 1, the network after it, and the loss and gradient norm before it moved.

    `gradient_norm` is the length of the whole gradient before clipping, in units of loss per unit of weight.
    """

    number: int
    network: Network
    loss: float
    gradient_norm: float


class Diverged(FloatingPointError):
    """Training met a number that is not finite. The message says at which step; the network before it is still good."""


def train(
    network: Network,
    batches: Iterable[Batch | tuple[ArrayLike, ...]],
    *,
    loss: Loss = squared_error,
    optimiser: Optimiser | None = None,
    clip_norm: float | None = None,
    clip_value: float | None = None,
    truncate: int | None = None,
) -> Iterator[TrainingStep]:
    """Train on one batch after the other, and hand out every step: the network so far, the loss, the gradient norm.

    A batch is (x, target) or (x, target, mask), with x (n_steps, n_sequences, n_inputs). `loss(y, target, mask)` gives
    the loss and its derivative, as `squared_error` and `cross_entropy` do. `clip_norm` shortens a longer gradient to
    this length; `clip_value` cuts every entry off there. `truncate` cuts a batch into pieces of so many steps: each
    piece is one training step that begins where the last one ended, and no gradient flows back across the cut.

    Nothing is changed in place, so stopping at any moment loses at most the step that was being computed. Raises
    Diverged, with the step's number, when a loss or a gradient is no longer finite.

    >>> from rnn_edu.core.builders import elman
    >>> x = np.ones((3, 1, 1)); steps = train(Network.random(elman(1, 4, 1)), [(x, 0.5 * x)] * 50)
    >>> losses = [step.loss for step in steps]
    >>> losses[-1] < 0.1 * losses[0]
    True
    """
    optimiser = optimiser or Adam()
    _check_clips(clip_norm, clip_value, truncate)
    weights = _flat(network.weights)
    state = optimiser.begin(weights.size, network.dtype)
    number = 0
    for batch in batches:
        before: Trajectory | None = None
        for piece in _pieces(Batch(*batch), truncate):
            number += 1
            before, value, gradient = _look(network, piece, loss, before, number)
            norm = _length(gradient)
            if not np.isfinite(norm):
                raise Diverged(
                    f"training diverged at step {number}: the gradient is no longer finite; use a lower learning rate"
                )
            with np.errstate(over="ignore", invalid="ignore"):  # the next line but one looks for what they would say
                move, state = optimiser.step(clip(gradient, clip_norm, clip_value), state, number)
                weights = weights + move
            if not np.isfinite(weights).all():
                raise Diverged(
                    f"training diverged at step {number}: a weight is no longer finite; lower the learning rate"
                )
            network = Network(network.topology, _unflat(weights, network.weights))
            yield TrainingStep(number, network, value, norm)


@dataclass(frozen=True)
class Trained:
    """What `fit` leaves: the network, the steps so far, and why it ended early if it did."""

    network: Network
    loss: tuple[float, ...]
    gradient_norm: tuple[float, ...]
    ended: str = ""


def fit(
    network: Network,
    batches: Iterable[Batch | tuple[ArrayLike, ...]],
    *,
    watch: Callable[[TrainingStep], object] | None = None,
    **options: object,
) -> Trained:
    """Train to the end of the batches and give the network with its history; `options` are those of `train`.

    Interrupting the kernel, or a run that diverges, ends it early: what was learned up to then is given back, and
    `ended` says what happened. `watch(step)` is called after every step, to show progress.

    >>> from rnn_edu.core.builders import elman
    >>> x = np.ones((3, 1, 1))
    >>> fit(Network.random(elman(1, 2, 1)), [(x, 1e6 * x)] * 9, optimiser=Adam(1e200)).ended[:28]
    'training diverged at step 2:'
    """
    losses: list[float] = []
    norms: list[float] = []
    ended = ""
    try:
        for step in train(network, batches, **options):  # type: ignore[arg-type]  # the options are train's own
            network = step.network
            losses.append(step.loss)
            norms.append(step.gradient_norm)
            if watch is not None:
                watch(step)
    except KeyboardInterrupt:
        ended = f"interrupted after step {len(losses)}"
    except Diverged as error:
        ended = str(error)
    n_whole = min(len(losses), len(norms))
    return Trained(network, tuple(losses[:n_whole]), tuple(norms[:n_whole]), ended)


def clip(gradient: Array, norm: float | None = None, value: float | None = None) -> Array:
    """The gradient, every entry cut off at ±value, then shortened to the length `norm`. None leaves it as it is.

    Source: Pascanu et al. 2013, algorithm 1 (norm); Mikolov 2012 (value).

    >>> clip(np.array([3.0, 4.0]), norm=1.0), clip(np.array([3.0, -4.0]), value=1.0)
    (array([0.6, 0.8]), array([ 1., -1.]))
    """
    if value is not None:
        gradient = np.clip(gradient, -value, value)
    if norm is not None:
        length = _length(gradient)
        if length > norm:
            gradient = gradient * gradient.dtype.type(norm / length)
    return gradient


def pad(sequences: Iterable[ArrayLike]) -> tuple[Array, Array]:
    """Sequences of different length, (n_steps, n_inputs) each, as one batch, and the mask of the steps that are real.

    >>> x, mask = pad([[[1.0], [2.0]], [[3.0]]])
    >>> x.shape, mask.T.tolist()
    ((2, 2, 1), [[True, True], [True, False]])
    """
    arrays = [np.asarray(sequence, dtype=float) for sequence in sequences]
    if not arrays or any(array.ndim != 2 or len(array) == 0 for array in arrays):
        raise ValueError("pad was given no sequences, or one that is not (n_steps, n_inputs) with a step or more")
    if len({array.shape[1] for array in arrays}) > 1:
        raise ValueError("the sequences have different numbers of inputs; give them all the same")
    x = np.zeros((max(map(len, arrays)), len(arrays), arrays[0].shape[1]))
    mask = np.zeros(x.shape[:2], bool)
    for place, array in enumerate(arrays):
        x[: len(array), place] = array
        mask[: len(array), place] = True
    return x, mask


# ---- inside ---------------------------------------------------------------------------------------------------------


def _look(
    network: Network, piece: Batch, loss: Loss, before: Trajectory | None, number: int
) -> tuple[Trajectory, float, Array]:
    """Run one piece, and walk its error back."""
    output = network.topology.output.name
    trajectory = network.run(piece.x, after=before)
    if trajectory.diverged_at is not None:
        raise Diverged(
            f"training diverged at step {number}: an activity is no longer finite; use a lower learning rate"
        )
    with np.errstate(over="ignore", invalid="ignore"):  # the next line looks for what they would say
        value, dy = loss(trajectory[output], piece.target, piece.mask)
    if not np.isfinite(value):
        raise Diverged(f"training diverged at step {number}: the loss is {value}; lower the learning rate, or clip")
    return trajectory, value, _flat(bptt(network, trajectory, {output: dy}).weights)


def _pieces(batch: Batch, truncate: int | None) -> Iterator[Batch]:
    if truncate is None:
        yield batch
        return
    n_steps = len(np.asarray(batch.x))
    for start in range(0, n_steps, truncate):
        part = slice(start, start + truncate)
        mask = None if batch.mask is None else np.asarray(batch.mask)[part]
        if mask is None or mask.any():
            yield Batch(np.asarray(batch.x)[part], np.asarray(batch.target)[part], mask)


def _length(gradient: Array) -> float:
    """The root of the sum of squares, without overflow on the way."""
    largest = float(np.abs(gradient).max(initial=0.0))
    if largest == 0 or not np.isfinite(largest):
        return largest
    return largest * float(np.linalg.norm(gradient.astype(float) / largest))


def _flat(weights: Mapping[str, Array]) -> Array:
    return np.concatenate([array.ravel() for array in weights.values()]) if weights else np.zeros(0)


def _unflat(flat: Array, like: Mapping[str, Array]) -> dict[str, Array]:
    weights, start = {}, 0
    for name, array in like.items():
        weights[name] = flat[start : start + array.size].reshape(array.shape)
        start += array.size
    return weights


def _check_clips(clip_norm: float | None, clip_value: float | None, truncate: int | None) -> None:
    for name, value in (("clip_norm", clip_norm), ("clip_value", clip_value)):
        if value is not None and not value > 0:
            raise ValueError(f"{name} was {value!r}; it needs a number above 0, or None for no clipping")
    if truncate is not None and (not hasattr(truncate, "__index__") or truncate < 1):
        raise ValueError(f"truncate was {truncate!r}; it needs a whole number of steps, 1 or more, or None")
