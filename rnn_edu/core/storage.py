"""Keeping a network in a file: arrays as `npz`, the topology as plain text inside it. No pickle, ever."""

from __future__ import annotations

import json
import os
import secrets
import zipfile
import zlib
from contextlib import suppress
from dataclasses import asdict
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rnn_edu.core.topology import Connection, Layer, Topology

if TYPE_CHECKING:
    from rnn_edu.core.network import Network

_TOPOLOGY = "topology"
_LARGEST = 2**30  # bytes; a file that claims more is not one of ours
_UNREADABLE = (  # what zipfile and numpy raise on a file that is damaged, encrypted (RuntimeError) or made to do harm
    ValueError,
    KeyError,
    EOFError,
    OSError,
    MemoryError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
)


def as_text(topology: Topology) -> str:
    """The topology as JSON text, which `from_text` reads back.

    >>> from rnn_edu.core.builders import elman
    >>> from_text(as_text(elman(2, 3, 1))) == elman(2, 3, 1)
    True
    """
    layers = [asdict(layer) for layer in topology.layers]
    connections = [asdict(connection) for connection in topology.connections]
    return json.dumps({"layers": layers, "connections": connections}, indent=1, ensure_ascii=False)


def from_text(text: str) -> Topology:
    """The topology that `as_text` wrote; ValueError if the text is anything else."""
    try:
        parts = json.loads(text)
        return Topology([Layer(**layer) for layer in parts["layers"]], [Connection(**c) for c in parts["connections"]])
    except (TypeError, KeyError, AttributeError, RecursionError, json.JSONDecodeError) as error:
        raise ValueError(f"this text does not describe a topology ({error}); pass text made by as_text") from None


def save(network: Network, path: str | PathLike[str]) -> None:
    """Write the network to a temporary file beside `path`, then rename it: a crash never leaves half a file.

    An older saved network at `path` is replaced; any other file there is left alone (FileExistsError). OSError, of the
    kind that the system raised, if nothing can be written there.
    """
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder; give the name of a file, for example {path / 'network.npz'}")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"the folder {path.parent} does not exist; make it first or choose another")
    if path.exists() and not _is_saved_network(path):
        raise FileExistsError(f"{path} exists and is not a saved network, so it is left as it is; choose another name")
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with open(temporary, "xb") as file:  # with the usual permissions: a class must be able to read it
            arrays: dict[str, Any] = {_TOPOLOGY: np.array(as_text(network.topology)), **network.weights}
            np.savez(file, **arrays)
        os.replace(temporary, path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise type(error)(
            f"the network could not be saved as {path} ({reason}); choose a name and a folder that you may write to"
        ) from error
    finally:
        with suppress(OSError):  # it is gone already, or never was there
            temporary.unlink()


def load(path: str | PathLike[str]) -> tuple[Topology, dict[str, np.ndarray]]:
    """The topology and the weights in a file. FileNotFoundError, or ValueError if it is not a whole saved network."""
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}; give the path of a network saved with network.save(path)")
    try:
        with zipfile.ZipFile(path) as archive:
            claimed = sum(member.file_size for member in archive.infolist())
        if claimed > _LARGEST:
            raise ValueError(f"it claims to hold {claimed} bytes")
        with np.load(path, allow_pickle=False) as archive:
            text = archive[_TOPOLOGY]
            if text.dtype.kind != "U" or text.shape != ():
                raise ValueError("its topology is not text")
            return from_text(str(text)), {name: archive[name] for name in archive.files if name != _TOPOLOGY}
    except _UNREADABLE as error:
        raise not_whole(path, error) from None


def not_whole(path: str | PathLike[str], error: Exception) -> ValueError:
    """The one sentence for a file that cannot be read as a network, whatever was found wrong with it."""
    reason = str(error.args[0] if error.args else type(error).__name__).partition("\n")[0].rstrip(".")
    return ValueError(f"{path} is not a whole saved network ({reason}); it needs a file written by network.save(path)")


def _is_saved_network(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return f"{_TOPOLOGY}.npy" in archive.namelist()
    except _UNREADABLE:
        return False
