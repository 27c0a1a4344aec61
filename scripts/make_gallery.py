"""Draw the README's picture, docs/gallery.png and .svg: the same bytes every time with the same matplotlib.

Run `python scripts/make_gallery.py [FOLDER]`; the folder is docs if none is given.
"""

import sys
from pathlib import Path

import matplotlib

from rnn_edu.drawings.gallery import gallery


def write_gallery(folder: Path) -> list[Path]:
    """Write gallery.png and gallery.svg into a folder; returns where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / "gallery.png", folder / "gallery.svg"]
    with matplotlib.rc_context({"font.family": "DejaVu Sans", "svg.hashsalt": "rnn_edu", "svg.fonttype": "path"}):
        figure = gallery()
        figure.savefig(files[0], dpi=200, metadata={"Software": None})
        figure.savefig(files[1], metadata={"Date": None, "Creator": None})
    return files


if __name__ == "__main__":
    home = Path(__file__).resolve().parent.parent / "docs"
    for file in write_gallery(Path(sys.argv[1]) if len(sys.argv) > 1 else home):
        print(f"wrote {file}")
