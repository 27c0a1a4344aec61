"""A question and its choices as a still picture, for places without a kernel: GitHub, print, an untrusted notebook."""

import base64
import textwrap
from io import BytesIO

from rnn_edu.practice.page import one_line

_WIDTH, _LINE, _COLUMNS = 7.0, 0.235, 84


def question_png(kicker: str, question: str, choices: tuple[str, ...]) -> str:
    """The card as PNG, in base64 as Jupyter wants it. The text is drawn as it stands: no mathematics in it."""
    from matplotlib.figure import Figure

    lines = [(kicker.upper(), "light")]
    lines += [(line, "bold") for line in textwrap.wrap(_plain(question), _COLUMNS - 6)]
    for choice in choices:
        first, *rest = textwrap.wrap(_plain(choice), _COLUMNS - 4)
        lines += [(f"○  {first}", "normal"), *((f"    {line}", "normal") for line in rest)]
    height = _LINE * (len(lines) + 1.2)
    figure = Figure(figsize=(_WIDTH, height), dpi=100, facecolor="white")
    figure.add_artist(_bar())
    for row, (line, weight) in enumerate(lines):
        figure.text(
            0.035,
            1 - _LINE * (row + 1.1) / height,
            line,
            parse_math=False,
            va="center",
            fontsize=7.5 if weight == "light" else 10,
            color="#595959" if weight == "light" else "#1A1A1A",
            fontweight="bold" if weight == "bold" else "normal",
        )
    picture = BytesIO()
    figure.savefig(picture, format="png")
    return base64.b64encode(picture.getvalue()).decode("ascii")


def _bar():  # type: ignore[no-untyped-def]
    from matplotlib.patches import Rectangle

    return Rectangle((0, 0), 0.008, 1, facecolor="#2E86C1", edgecolor="none")


def _plain(text: str) -> str:
    return one_line(text.replace("`", "").replace("**", ""))
