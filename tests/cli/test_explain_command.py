"""`touchstone explain` from a shell."""

import os
import subprocess
import sys

RIGHTS = "brand,aliases\nNike,耐克\n"


def test_bytes_that_are_no_text_are_shown_as_such_and_crash_nothing(tmp_path):
    rights = tmp_path / "rights.csv"
    rights.write_text(RIGHTS, encoding="utf-8")
    title = b"N1KE \xff\xed\xa0\x80 shoes"
    command = [os.fsencode(sys.executable), b"-m", b"touchstone", b"explain", title, b"--rights", os.fsencode(rights)]
    done = subprocess.run(command, capture_output=True, env={**os.environ, "PYTHONUTF8": "1"})
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    assert b"Traceback" not in done.stderr
    assert "Nike" in done.stdout.decode()
