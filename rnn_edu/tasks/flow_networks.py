"""Networks to send a gradient back through: one setting says how they are wired, how they begin and what they hear.

Twenty networks share each setting and differ by their seed. Their weights are stacked, so that they can go together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from rnn_edu.core.builders import complete_feedback, direct_feedback, elman, indirect_feedback, lateral_feedback
from rnn_edu.core.gated import gru, lstm
from rnn_edu.core.network import Network
from rnn_edu.core.topology import Connection, Topology

Array = np.ndarray
N_SEEDS = 20
N_INPUTS, N_HIDDEN = 8, 32
LONGEST = 200
HIDDEN_CHAIN = "hidden chain"
STARTS = ("orthogonal", "uniform", "gaussian", HIDDEN_CHAIN)
ACTIVATIONS = ("tanh", "relu", "sigmoid", "identity")
WIRINGS: Mapping[str, Callable[..., Topology]] = MappingProxyType(
    {
        "elman": elman,
        "direct": direct_feedback,
        "indirect": indirect_feedback,
        "lateral": lateral_feedback,
        "complete": complete_feedback,
        "gru": gru,
        "lstm": lstm,
    }
)
GATED = ("gru", "lstm")
_LINK = 3.0  # the strength of every link in a hidden chain
_ALONG = (1.0, 0.75, -0.75, 0.5, -0.5, 0.25, -0.25, 0.1)  # eigenvalues along one chain, in units of the radius


@dataclass(frozen=True)
class Setting:
    """How the networks are wired, how large their loops are, how loud their input is, and how far the error goes.

    `radius` is the spectral radius of one step without activation functions; in a gated network, of each loop matrix.
    `drive` is the standard deviation of the input.
    """

    topology: str = "elman"
    start: str = "orthogonal"
    activation: str = "tanh"
    radius: float = 1.0
    drive: float = 0.3
    n_steps: int = 100


@dataclass(frozen=True)
class Surprise:
    """A setting that few expect: its name, what to look at, and the seed that is drawn strong."""

    name: str
    words: str
    setting: Setting
    seed: int = 0


SURPRISES: tuple[Surprise, ...] = (
    Surprise(
        "quiet input",
        "The radius is 1.5 and the input is silent. Every slope is 1, so each step multiplies by 1.5.",
        Setting(radius=1.5, drive=0.0, n_steps=50),
    ),
    Surprise(
        "loud input",
        "The very same weights, radius 1.5. The input is loud, the neurons are near ±1, and their slopes are small.",
        Setting(radius=1.5, drive=3.0, n_steps=50),
    ),
    Surprise(
        "0.1 explodes",
        "A radius of 0.1, and yet it explodes. Strong links lead one way only, until the slopes close them to loops.",
        Setting(start=HIDDEN_CHAIN, radius=0.1, drive=0.3),
    ),
    Surprise(
        "first up, then down",
        "A radius of 0.8, no input. The eigenvalues rule in the end, but not in the first steps.",
        Setting(start=HIDDEN_CHAIN, radius=0.8, drive=0.0),
    ),
    Surprise(
        "only the seed",
        "Twenty networks, the same setting in all. Only the random numbers differ.",
        Setting(start="gaussian", radius=1.5, drive=0.3),
    ),
)


def topology_of(setting: Setting) -> Topology:
    """The wiring, with 8 inputs, 32 hidden neurons (in each hidden layer) and 1 output."""
    return _topology(setting.topology, setting.activation)


@lru_cache(maxsize=64)
def _topology(name: str, activation: str) -> Topology:
    hidden = (N_HIDDEN, N_HIDDEN) if name == "indirect" else N_HIDDEN
    return WIRINGS[name](N_INPUTS, hidden, 1, activation=activation)


def stacked_weights(setting: Setting) -> dict[str, Array]:
    """The weights of all 20 networks: {"W_hh": (20, n_targets, n_sources), "b_h": (20, n_units), …}.

    >>> stacked_weights(Setting(radius=0.5))["W_hh"].shape
    (20, 32, 32)
    """
    if setting.start == HIDDEN_CHAIN:
        return {**_at_radius_one("elman", "orthogonal"), "W_hh": _chains(setting.radius)}
    loops = _loop_names(setting.topology)
    base = _at_radius_one(setting.topology, setting.start)
    return {name: weight * setting.radius if name in loops else weight for name, weight in base.items()}


def network(setting: Setting, seed: int) -> Network:
    """One of the twenty."""
    return Network(topology_of(setting), {name: weight[seed] for name, weight in stacked_weights(setting).items()})


def inputs(setting: Setting) -> Array:
    """What the twenty hear: (n_steps, 20, n_inputs). A longer sequence begins like a shorter one."""
    return _noise()[: setting.n_steps] * setting.drive


@lru_cache(maxsize=1)
def _noise() -> Array:
    noise = [np.random.default_rng([seed, 1]).normal(size=(LONGEST, N_INPUTS)) for seed in range(N_SEEDS)]
    return np.stack(noise, axis=1)


def _loop_names(topology: str) -> frozenset[str]:
    wiring = _topology(topology, "tanh")
    return frozenset(wiring.weight_name(connection) for connection in wiring.learned if connection.delay)


@lru_cache(maxsize=32)
def _at_radius_one(topology: str, start: str) -> Mapping[str, Array]:
    """The stacked weights of the twenty at radius 1. Others are these, times the radius."""
    wiring = _topology(topology, "tanh")
    made = [_one_network(wiring, topology, start, seed) for seed in range(N_SEEDS)]
    return MappingProxyType({name: np.stack([weights[name] for weights in made]) for name in made[0]})


def _one_network(wiring: Topology, topology: str, start: str, seed: int) -> dict[str, Array]:
    if topology not in GATED:
        return dict(Network.random(wiring, rng=seed, recurrent=start, spectral_radius=1.0).weights)
    weights = dict(Network.random(wiring, rng=seed).weights)
    for place, connection in enumerate(_loops(wiring)):
        square = Network.random(
            elman(1, N_HIDDEN, 1), rng=np.random.default_rng([seed, place]), recurrent=start, spectral_radius=1.0
        )
        weights[wiring.weight_name(connection)] = square.weights["W_hh"]
    return weights


def _loops(wiring: Topology) -> list[Connection]:
    return [connection for connection in wiring.learned if connection.delay]


def _chains(radius: float) -> Array:
    """Four chains of eight one-way links, seen along turned axes so that every neuron takes part in all: (20, 32, 32).

    The eigenvalues are real, the largest is `radius`; the links are stronger, and invisible to the eigenvalues. Such a
    matrix is hard on a computer: below a radius of 0.05 the eigenvalues that it finds are a few hundredths too large.
    """
    chain = np.diag(radius * np.array(_ALONG)) + _LINK * np.eye(len(_ALONG), k=1)
    straight = np.kron(np.eye(N_HIDDEN // len(_ALONG)), chain)
    turns = _turns()
    return turns @ straight @ turns.transpose(0, 2, 1)


@lru_cache(maxsize=1)
def _turns() -> Array:
    squares = [np.random.default_rng([seed, 2]).normal(size=(N_HIDDEN, N_HIDDEN)) for seed in range(N_SEEDS)]
    return np.linalg.qr(np.stack(squares))[0]
