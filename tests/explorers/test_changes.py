"""What is sent in place of a whole picture: enough to make the new one out of the old one, and no more."""

import re
from html import escape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_edu.explorers.changes import changes, n_nodes, pieces
from rnn_edu.explorers.job_explorer import JobExplorer
from rnn_edu.explorers.unrolling_explorer import UnrollingExplorer

WORDS = st.text('ab <>&"é₀', min_size=1, max_size=4)


def applied(before, found):
    """What a browser has after these changes: its nodes in order, each with its attributes or its words."""
    made = nodes(before)
    for number, values in found:
        for name, value in values.items():
            if value is None:
                del made[number][1][name]
            else:
                made[number][1][name] = value
    return made


def nodes(markup):
    """Read the nodes of a picture, written independently of the module under test."""

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes):
            found.append((tag, dict(attributes)))

        def handle_data(self, words):
            found.append(("", {"": words}))

    found = []
    reader = Reader(convert_charrefs=True)
    reader.feed(markup)
    reader.close()
    return found


@st.composite
def two_pictures(draw, depth=3):
    """Two pictures with the same tags, whose attributes and words are their own."""
    if depth == 0 or draw(st.booleans()):
        words = draw(WORDS), draw(WORDS)
        return tuple(f"<b{attributes(draw)}>{escape(text)}</b>" for text in words)
    tag = draw(st.sampled_from(["g", "p1", "t-x"]))
    children = [draw(two_pictures(depth=depth - 1)) for _ in range(draw(st.integers(0, 3)))]
    return tuple(f"<{tag}{attributes(draw)}>{''.join(c[side] for c in children)}</{tag}>" for side in (0, 1))


def attributes(draw):
    given = draw(st.dictionaries(st.sampled_from(["x", "data-unit", "aria-label"]), WORDS))
    return "".join(f' {name}="{escape(value)}"' for name, value in given.items())


@given(two_pictures())
def test_the_changes_make_the_new_picture_out_of_the_old_one(pair):
    before, after = pair
    assert applied(before, changes(pieces(before), pieces(after))) == nodes(after)


@given(two_pictures())
def test_nothing_is_sent_for_the_same_picture_and_the_nodes_are_counted(pair):
    assert changes(pieces(pair[0]), pieces(pair[0])) == []
    assert n_nodes(pieces(pair[0])) == len(nodes(pair[0]))


@pytest.mark.parametrize(
    ("before", "after"),
    [("<g></g>", "<p></p>"), ("<g></g>", "<g><p></p></g>"), ("<g>a</g>", "<g></g>"), ("<g>a</g>", "<g><p></g>")],
)
def test_another_structure_cannot_be_reached_by_changes(before, after):
    assert changes(pieces(before), pieces(after)) is None


@pytest.mark.parametrize("make", [JobExplorer, UnrollingExplorer])
def test_a_turned_weight_sends_a_small_part_of_the_picture(make):
    explorer = make()
    weight = explorer.controls["decay"] if make is JobExplorer else explorer.number
    weight.set_state({"value": 0.7})
    sent = sum(len(str(change)) for change in explorer.stage.changes)
    assert explorer.stage.base and 0 < sent < 0.3 * len(explorer.stage.picture) and sent < 30_000
    assert applied(explorer.stage.base, explorer.stage.changes) == nodes(explorer.stage.picture)


def test_no_picture_holds_what_a_browser_would_complete_by_itself():
    for explorer in (JobExplorer("recall"), UnrollingExplorer()):
        assert not re.search(r"<table[^>]*>\s*<tr", explorer.stage.picture)  # it would put in a <tbody>
