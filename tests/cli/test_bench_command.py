"""`touchstone bench screen`: one figure a line, each with its peer or none."""

import json
import subprocess
import sys


def test_every_line_is_a_figure_and_the_peer_runs_beside(tmp_path):
    line = [sys.executable, "-m", "touchstone", "bench", "screen", "--rows", "2000"]
    done = subprocess.run(line, capture_output=True, text=True, check=True, cwd=tmp_path)
    figures = [json.loads(text) for text in done.stdout.splitlines()]
    keys = {"suite", "figure", "value", "unit", "peer", "peer_value", "machine", "versions"}
    assert all(keys <= set(figure) for figure in figures)
    assert figures[0]["peer"].startswith("FlashText")
    assert figures[0]["value"] > 0
    assert figures[0]["peer_value"] > 0
    assert sum("memory" in figure["figure"] for figure in figures) == 2
