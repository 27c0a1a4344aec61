"""Recurrent neural networks that one can take apart: one description, four readings of it."""

from importlib import import_module
from typing import Any

from rnn_edu.core.bptt import bptt
from rnn_edu.core.builders import (
    complete_feedback,
    direct_feedback,
    elman,
    feedforward,
    indirect_feedback,
    jordan,
    lateral_feedback,
)
from rnn_edu.core.equations import equations
from rnn_edu.core.gated import gru, lstm
from rnn_edu.core.gradient_check import check_gradients
from rnn_edu.core.losses import cross_entropy, squared_error
from rnn_edu.core.network import Network
from rnn_edu.core.optimisers import SGD, Adam
from rnn_edu.core.records import Gradients, Trajectory
from rnn_edu.core.topology import Connection, Layer, Topology, Unit
from rnn_edu.core.training import Batch, Diverged, Trained, TrainingStep, fit, pad, train
from rnn_edu.drawings.diagram import Arrow, Diagram, fold, unroll

__version__ = "0.1.0"

# what draws or shows something loads matplotlib or ipywidgets, so it is imported when it is first asked for
_LATER = {
    "NetworkPicture": "rnn_edu.drawings.picture",
    "MatrixPicture": "rnn_edu.drawings.picture_matrix",
    "NetworkExplorer": "rnn_edu.explorers.network_explorer",
    "OrderExplorer": "rnn_edu.explorers.order_explorer",
    "CliffExplorer": "rnn_edu.explorers.cliff_explorer",
    "StartExplorer": "rnn_edu.explorers.start_explorer",
    "ClockExplorer": "rnn_edu.explorers.clock_explorer",
    "WiringBoard": "rnn_edu.explorers.wiring_board",
    "JobExplorer": "rnn_edu.explorers.job_explorer",
    "UnrollingExplorer": "rnn_edu.explorers.unrolling_explorer",
    "FlowExplorer": "rnn_edu.explorers.flow_explorer",
    "ErrorExplorer": "rnn_edu.explorers.error_explorer",
    "TrainingProgress": "rnn_edu.explorers.training_progress",
}

__all__ = [
    "SGD",
    "Adam",
    "Arrow",
    "Batch",
    "CliffExplorer",
    "ClockExplorer",
    "Connection",
    "Diagram",
    "Diverged",
    "ErrorExplorer",
    "FlowExplorer",
    "Gradients",
    "JobExplorer",
    "Layer",
    "MatrixPicture",
    "Network",
    "NetworkExplorer",
    "NetworkPicture",
    "OrderExplorer",
    "StartExplorer",
    "Topology",
    "Trained",
    "TrainingProgress",
    "TrainingStep",
    "Trajectory",
    "Unit",
    "UnrollingExplorer",
    "WiringBoard",
    "bptt",
    "check_gradients",
    "complete_feedback",
    "cross_entropy",
    "direct_feedback",
    "elman",
    "equations",
    "feedforward",
    "fit",
    "fold",
    "gru",
    "indirect_feedback",
    "jordan",
    "lateral_feedback",
    "lstm",
    "pad",
    "squared_error",
    "train",
    "unroll",
]


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"rnn_edu has no {name!r}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})
