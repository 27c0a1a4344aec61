"""The stage: it reports what was touched, and it holds nothing but what the browser needs."""

import re
from pathlib import Path

import pytest

from rnn_edu.explorers import stage as module
from rnn_edu.explorers.stage import Stage

SCRIPTS = [Path(module.__file__).with_name(name).read_text(encoding="utf-8") for name in ("picture.js", "stage.js")]
SCRIPT = "\n".join(SCRIPTS)


@pytest.mark.parametrize("event", ["activate", "escape", "delete"])
def test_a_touch_reaches_the_action_that_waits_for_it(event):
    stage, heard = Stage(), []
    stage.on_key(event, heard.append)
    for name in ("activate", "escape", "delete"):
        stage._handle_custom_msg({"event": name, "key": "h:1:2"}, [])
    assert heard == ["h:1:2"]


def test_a_message_without_an_address_is_no_error():
    stage, heard = Stage(), []
    stage.on_key("escape", heard.append)
    stage._handle_custom_msg({"event": "escape"}, [])
    assert heard == [""]


def test_pointing_and_choosing_arrive_as_addresses():
    stage, seen = Stage(), []
    stage.observe(lambda change: seen.append((change.name, change.new)), ["hovered", "selected"])
    stage.set_state({"hovered": "h:1"})
    stage.set_state({"selected": "h:1<x:0@0"})
    stage.set_state({"hovered": ""})
    assert seen == [("hovered", "h:1"), ("selected", "h:1<x:0@0"), ("hovered", "")]


def test_every_name_that_the_script_uses_is_a_trait_that_is_sent_to_the_browser():
    used = set(re.findall(r'(?:model\.get|tell)\("(\w+)"', SCRIPT)) | set(re.findall(r'"change:(\w+)"', SCRIPT))
    sent = set(Stage().traits(sync=True))
    assert used <= sent and {"base", "changes", "at", "selected", "hovered", "step", "label"} <= used


def test_the_script_is_small_and_loads_nothing():
    assert max(len(script.splitlines()) for script in SCRIPTS) <= 150
    assert "http" not in SCRIPT and "import " not in SCRIPT and "Math." not in SCRIPT
    assert "pointerover" not in re.sub(r"//.*", "", SCRIPT)  # it also comes when nothing moved
