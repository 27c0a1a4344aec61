"""The claims ledger: each sentence of a lesson that can be measured has a test, and each such test its sentence.

A lesson marks the sentence, `<!-- claim: 02-complete-has-most-weights -->`; its test in `tests/lessons/claims/` says
`@pytest.mark.claim("02-complete-has-most-weights")`.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from lessons.lesson import LESSONS, Lesson

CLAIMS = Path(__file__).parent / "claims"


def claimed(source: str) -> Iterator[str]:
    """The claims that the tests in a source measure."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.claim":
                    yield ast.literal_eval(mark.args[0])


def test_every_claim_of_a_lesson_has_exactly_one_test_and_every_test_its_claim():
    made = Counter(name for path in LESSONS for name in Lesson(path).claims)
    tested = Counter(name for path in CLAIMS.glob("*.py") for name in claimed(path.read_text(encoding="utf-8")))
    assert made == tested, f"not tested: {dict(made - tested)}; in no lesson: {dict(tested - made)}"
    assert {name for name, count in made.items() if count > 1} == set()


def test_every_claim_is_named_after_its_lesson():
    for lesson in map(Lesson, LESSONS):
        for name in lesson.claims:
            assert re.fullmatch(rf"{lesson.number}(-[a-z0-9]+)+", name)
        assert lesson.claims, f"{lesson.path.name} claims nothing that can be measured"


def test_a_claim_is_found_in_text_and_in_tests(tmp_path):
    source = '@pytest.mark.claim("00-a")\n@pytest.mark.claim("00-b")\ndef test_it(): ...\n'
    assert sorted(claimed(source)) == ["00-a", "00-b"]
    assert list(claimed(source.replace("test_it", "not_collected"))) == []
