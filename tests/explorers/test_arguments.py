"""An explorer that is given something it cannot show says in a sentence what it needs."""

import pytest

import rnn_edu as rnn


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (lambda: rnn.UnrollingExplorer("nothing known"), ValueError, "choose one of"),
        (lambda: rnn.UnrollingExplorer(n_steps=0), ValueError, "n_steps was 0"),
        (lambda: rnn.ClockExplorer(n_steps=0), ValueError, "n_steps 0"),
        (lambda: rnn.ClockExplorer(0), ValueError, "hidden was 0"),
        (lambda: rnn.NetworkExplorer(rnn.elman(1, 2, 1), [[1.0]]), TypeError, "it shows a Network"),
        (lambda: rnn.OrderExplorer(3), TypeError, "as text"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_a_sentence(make, error, says):
    with pytest.raises(error, match=says):
        make()


def test_the_status_line_is_there_before_the_first_move():
    assert 'role="status"' in rnn.ClockExplorer().status.value
