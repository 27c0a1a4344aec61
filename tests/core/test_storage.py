"""A saved network is one npz file, arrays and plain text. What comes back is what went in, or a clear refusal."""

import io
import json
import os
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from reference.topologies import cases
from reference.wording import one_sentence

import rnn_edu as rnn
from rnn_edu import Connection, Layer, Network, Topology
from rnn_edu.core import storage

NETWORK = Network.random(rnn.complete_feedback(2, (3, 2), 1, activation="sigmoid"), rng=4)


def same(one, other):
    """Equal in topology, names, every bit of every weight, and precision."""
    return (
        one.topology == other.topology
        and list(one.weights) == list(other.weights)
        and all(one.weights[n].tobytes() == other.weights[n].tobytes() for n in one.weights)
        and one.dtype == other.dtype
    )


def everything_in(folder):
    """The names of all files in a folder, hidden ones too."""
    return sorted(os.listdir(folder))


# ---- what goes in comes out ------------------------------------------------------------------------------------------


def test_a_saved_network_comes_back_exactly(tmp_path):
    NETWORK.save(tmp_path / "network.npz")
    loaded = Network.load(tmp_path / "network.npz")
    assert same(NETWORK, loaded)
    x = np.random.default_rng(0).normal(size=(5, 2))
    assert np.array_equal(loaded.run(x)["y"], NETWORK.run(x)["y"])


def test_single_precision_comes_back_as_single_precision(tmp_path):
    single = Network.random(rnn.elman(2, 3, 1), dtype=np.float32)
    single.save(tmp_path / "single.npz")
    assert same(single, Network.load(tmp_path / "single.npz"))


@given(case=cases())
@settings(max_examples=40)
def test_any_network_comes_back_exactly(tmp_path_factory, case):
    path = tmp_path_factory.mktemp("any") / "network.npz"
    network = Network(case.topology, case.weights)
    network.save(path)
    assert same(network, Network.load(path))


def test_labels_in_any_language_come_back(tmp_path):
    layers = [Layer("x", 1, label="输入 é"), Layer("y", 1, label='a "quoted" \\ label')]
    topology = Topology(layers, [Connection("x", "y")])
    Network.random(topology).save(tmp_path / "n.npz")
    assert Network.load(tmp_path / "n.npz").topology == topology


def test_the_file_has_the_name_that_was_asked_for(tmp_path):
    NETWORK.save(tmp_path / "without an ending")
    assert everything_in(tmp_path) == ["without an ending"]
    NETWORK.save(str(tmp_path / "as text.npz"))
    assert same(NETWORK, Network.load(str(tmp_path / "as text.npz")))


def test_saving_again_replaces_the_older_network(tmp_path):
    path = tmp_path / "n.npz"
    NETWORK.save(path)
    other = Network.random(rnn.elman(1, 2, 1))
    other.save(path)
    assert same(other, Network.load(path)) and everything_in(tmp_path) == ["n.npz"]


def test_anyone_can_open_the_file_with_numpy_and_read_the_topology(tmp_path):
    NETWORK.save(tmp_path / "n.npz")
    with np.load(tmp_path / "n.npz", allow_pickle=False) as archive:
        text = str(archive["topology"])
        arrays = {name: archive[name] for name in archive.files if name != "topology"}
    assert json.loads(text)["layers"][1]["name"] == "h1" and "\n" in text
    assert set(arrays) == set(NETWORK.weights)
    assert all(np.array_equal(arrays[name], NETWORK.weights[name]) for name in arrays)


def test_others_may_read_the_file_as_any_other_file(tmp_path):
    """A teacher's saved network must open for the class: the usual permissions, not those of a secret."""
    (tmp_path / "usual").touch()
    NETWORK.save(tmp_path / "n.npz")
    assert (tmp_path / "n.npz").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_a_topology_alone_can_be_kept_as_text():
    assert storage.from_text(storage.as_text(NETWORK.topology)) == NETWORK.topology


# ---- nothing is half-written -----------------------------------------------------------------------------------------


def fails(*arguments, **options):
    """Stands in for a disk that is full."""
    raise OSError(28, "No space left on device")


def test_a_save_that_the_system_refuses_says_so_without_naming_the_unfinished_file(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied", str(tmp_path / ".n.npz.1a2b.part"))

    monkeypatch.setattr("os.replace", refuse)
    with one_sentence(PermissionError, "n.npz (Permission denied)", "choose"):
        NETWORK.save(tmp_path / "n.npz")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OSError, match=r"too long\); choose"):
        NETWORK.save(tmp_path / ("n" * 250))


@pytest.mark.parametrize("what", ["numpy.savez", "os.replace"])
def test_a_failed_save_leaves_no_trace(tmp_path, monkeypatch, what):
    monkeypatch.setattr(what, fails)
    with pytest.raises(OSError, match="No space"):
        NETWORK.save(tmp_path / "n.npz")
    assert everything_in(tmp_path) == []


@pytest.mark.parametrize("what", ["numpy.savez", "os.replace"])
def test_a_failed_save_leaves_the_older_network_whole(tmp_path, monkeypatch, what):
    path = tmp_path / "n.npz"
    NETWORK.save(path)
    other = Network.random(rnn.elman(1, 2, 1))
    with monkeypatch.context() as patch:
        patch.setattr(what, fails)
        with pytest.raises(OSError, match="No space"):
            other.save(path)
    assert same(NETWORK, Network.load(path)) and everything_in(tmp_path) == ["n.npz"]


def test_the_name_appears_only_when_the_file_is_whole(tmp_path, monkeypatch):
    seen = []
    replace = os.replace

    def watching(source, target):
        seen.append((Path(target).exists(), zipfile.ZipFile(source).testzip(), Path(source).parent))
        replace(source, target)

    monkeypatch.setattr(os, "replace", watching)
    NETWORK.save(tmp_path / "n.npz")
    assert seen == [(False, None, tmp_path)]


def test_a_folder_is_not_overwritten(tmp_path):
    with one_sentence(IsADirectoryError, str(tmp_path), "folder", "name of a file"):
        NETWORK.save(tmp_path)
    assert everything_in(tmp_path) == []


def test_a_missing_folder_is_not_made(tmp_path):
    with one_sentence(FileNotFoundError, "not there", "folder", "does not exist"):
        NETWORK.save(tmp_path / "not there" / "n.npz")
    assert everything_in(tmp_path) == []


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with one_sentence(OSError, "notes.txt", "folder"):
        NETWORK.save(tmp_path / "notes.txt" / "n.npz")
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_file_that_is_something_else_is_left_alone(tmp_path):
    (tmp_path / "essay.txt").write_text("mine")
    with one_sentence(FileExistsError, "essay.txt", "choose another name"):
        NETWORK.save(tmp_path / "essay.txt")
    assert (tmp_path / "essay.txt").read_text() == "mine" and everything_in(tmp_path) == ["essay.txt"]


# ---- what is refused, and how it is said -----------------------------------------------------------------------------


def refused(path, *words):
    """Loading this file is one clear sentence that names the file and says what was needed."""
    with one_sentence(ValueError, path.name, "saved network", *words):
        Network.load(path)


def loaded_or_refused(path):
    """The network in this file, or None if loading it was refused in one clear sentence."""
    try:
        return Network.load(path)
    except ValueError as error:
        message = str(error)
    assert path.name in message and "saved network" in message and "\n" not in message
    return None


def test_a_file_that_is_not_there(tmp_path):
    with one_sentence(FileNotFoundError, "n.npz", "network.save"):
        Network.load(tmp_path / "n.npz")
    with one_sentence(FileNotFoundError, str(tmp_path), "network.save"):
        Network.load(tmp_path)  # a folder is no file


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04", b"\x93NUMPY\x01\x00"])
def test_a_file_that_is_no_npz(tmp_path, content):
    path = tmp_path / "n.npz"
    path.write_bytes(content)
    refused(path)


def test_a_truncated_file(tmp_path):
    path = tmp_path / "n.npz"
    NETWORK.save(path)
    whole = path.read_bytes()
    for length in range(0, len(whole), 97):
        path.write_bytes(whole[:length])
        refused(path)


def test_a_file_with_one_wrong_byte_is_refused_or_harmless(tmp_path):
    path = tmp_path / "n.npz"
    NETWORK.save(path)
    whole = path.read_bytes()
    for place in range(0, len(whole), 13):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        loaded = loaded_or_refused(path)
        assert loaded is None or same(NETWORK, loaded), place  # a byte that means nothing, such as a date


def npz(path, compressed=False, **arrays):
    """Write these arrays as an npz file."""
    (np.savez_compressed if compressed else np.savez)(path, **arrays)
    return path


def parts(**changed):
    """What a saved network holds, with some of it changed; None leaves a part out."""
    whole = {"topology": np.array(storage.as_text(NETWORK.topology)), **NETWORK.weights, **changed}
    return {name: array for name, array in whole.items() if array is not None}


class Bomb:
    """An object that would leave a trace if it were ever unpickled."""

    def __init__(self, trace):
        self.trace = trace

    def __reduce__(self):
        return Path.touch, (self.trace,)


@pytest.mark.parametrize("place", ["topology", "b_y"])
def test_a_hostile_object_is_never_brought_to_life(tmp_path, place):
    trace = tmp_path / "it ran"
    hostile = np.empty(1, object)
    hostile[0] = Bomb(trace)
    path = npz(tmp_path / "n.npz", **parts(**{place: hostile}))
    refused(path)
    assert not trace.exists()
    with np.load(path, allow_pickle=True) as archive:
        _ = archive[place]
    assert trace.exists()  # so it was a real bomb


def test_a_bare_pickle_is_never_brought_to_life(tmp_path):
    trace, path = tmp_path / "it ran", tmp_path / "n.npz"
    path.write_bytes(pickle.dumps(Bomb(trace)))
    refused(path)
    assert not trace.exists()


def test_a_pickle_inside_the_archive_is_never_brought_to_life(tmp_path):
    trace, path = tmp_path / "it ran", npz(tmp_path / "n.npz", **parts(b_y=None))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("b_y.npy", pickle.dumps(Bomb(trace)))
    refused(path)
    assert not trace.exists()


def test_weights_that_do_not_fit_the_topology(tmp_path):
    for changed, word in [
        ({"b_y": None}, "b_y"),
        ({"extra": np.zeros(2)}, "extra"),
        ({"b_y": np.zeros(7)}, "(7,)"),
        ({"b_y": np.array([np.nan])}, "NaN"),
        ({"b_y": np.array(["a"])}, "real numbers"),
    ]:
        refused(npz(tmp_path / "n.npz", **parts(**changed)), word)


def text(change):
    """The description of the network with one thing changed, as an array of text."""
    described = json.loads(storage.as_text(NETWORK.topology))
    change(described)
    return np.array(json.dumps(described))


@pytest.mark.parametrize(
    "topology",
    [
        None,
        np.zeros(3),
        np.array(["{}", "{}"]),
        np.array("not json"),
        np.array("{}"),
        np.array("[]"),
        np.array("3"),
        np.array('{"layers": 3, "connections": []}'),
        np.array('{"layers": [], "connections": []}'),
        np.array("[" * 5000),
        text(lambda d: d["layers"][1].update(size=-3)),
        text(lambda d: d["layers"][1].update(size=10**30)),
        text(lambda d: d["layers"][1].update(size=[3])),
        text(lambda d: d["layers"][1].update(name=None)),
        text(lambda d: d["layers"][1].update(activation=[])),
        text(lambda d: d["layers"][1].update(surprise=1)),
        text(lambda d: d["layers"][1].pop("name")),
        text(lambda d: d["layers"].append("h")),
        text(lambda d: d["connections"][0].update(delay="1")),
        text(lambda d: d["connections"][0].update(source=["x"])),
        text(lambda d: d["connections"][0].update(fixed={})),
        text(lambda d: d["connections"][0].update(fixed="nan")),
        text(lambda d: d["connections"].append({"source": "y", "target": "h1"})),
    ],
)
def test_a_topology_that_makes_no_sense(tmp_path, topology):
    refused(npz(tmp_path / "n.npz", **parts(topology=topology)))


def test_a_damaged_compressed_file(tmp_path):
    whole = npz(tmp_path / "n.npz", compressed=True, **parts()).read_bytes()
    for place in range(60, len(whole) - 200, 41):
        path = tmp_path / "n.npz"
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        loaded = loaded_or_refused(path)
        assert loaded is None or same(NETWORK, loaded), place


def test_an_array_that_claims_to_be_enormous(tmp_path):
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f8", "fortran_order": False, "shape": (10**13,)})
    path = npz(tmp_path / "n.npz", **parts(b_y=None))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("b_y.npy", header.getvalue() + b"\0" * 8)
    refused(path)


def test_an_archive_that_would_fill_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "_LARGEST", 1000)
    NETWORK.save(tmp_path / "n.npz")
    refused(tmp_path / "n.npz", "bytes")
