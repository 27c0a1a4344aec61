"""How an error must read: one sentence, which says what was given, what was needed and what to do."""

from contextlib import contextmanager

import pytest


@contextmanager
def one_sentence(error, *words):
    """The code below raises `error` with a message of one short sentence that holds all of these words."""
    with pytest.raises(error) as caught:
        yield
    message = str(caught.value.args[0])
    assert "\n" not in message and ". " not in message, f"more than one sentence: {message}"
    assert 15 <= len(message) <= 320, f"a sentence of {len(message)} characters: {message}"
    missing = [word for word in words if str(word) not in message]
    assert not missing, f"{missing} should be in: {message}"
