"""`touchstone screen` as its contract says: files, formats, bad rows, bad files, streams, interruption, memory."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
import zlib
from pathlib import Path
from unittest import mock

import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
import pytest

from touchstone import cli

RIGHTS = "brand,aliases,classes,reference_price,currency\nNike,耐克,25,600,CNY\nGucci,古驰,18;25,8000,CNY\n"
LISTINGS = "listing_id,title,price,currency,shelf\n1,Nike shoes,500,CNY,A\n2,古驰 高仿 女包,300,CNY,B\n3,jam,5,CNY,C\n"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "rights.csv").write_text(RIGHTS, encoding="utf-8")
    return tmp_path


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "touchstone", "screen", *arguments]


def process(here: Path, *arguments: str, out: str = "out.jsonl", stdin: bytes | None = None):
    """Run the command as a process of its own."""
    line = command(*arguments, "--rights", "rights.csv", "--out", out)
    return subprocess.run(line, cwd=here, input=stdin, capture_output=True, check=False, timeout=120)


def screen(here: Path, *arguments: str, out: str = "out.jsonl") -> subprocess.CompletedProcess[bytes]:
    """Run the command in this process, which saves its start; the answer has the shape of a process's."""
    argv = ["touchstone", "screen", *arguments, "--rights", "rights.csv", "--out", out]
    told, status, before = io.StringIO(), 0, signal.getsignal(signal.SIGTERM)
    with contextlib.chdir(here), contextlib.redirect_stderr(told), mock.patch.object(sys, "argv", argv):
        try:
            cli.main()
        except SystemExit as leaving:
            status = int(leaving.code or 0)
        finally:
            signal.signal(signal.SIGTERM, before)
    return subprocess.CompletedProcess(argv, status, b"", told.getvalue().encode())


def write(here: Path, text: str | bytes, name: str = "in.csv") -> str:
    (here / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return name


def rows(here: Path, name: str = "out.jsonl") -> list[dict]:
    return [json.loads(line) for line in (here / name).read_text(encoding="utf-8").splitlines()]


def verdicts(here: Path, name: str = "out.jsonl") -> dict[str, str]:
    return {row["listing_id"]: row["verdict"] for row in rows(here, name)}


def rejected(here: Path, name: str = "out.jsonl") -> list[tuple[int, str]]:
    return [(row["line"], row["code"]) for row in rows(here, f"{name}.rejected.jsonl")]


GOOD = {"1": "pass", "2": "block", "3": "pass"}


def assert_refused(here: Path, done, *words: str, out: str = "out.jsonl") -> None:
    """Exit status 2, one clear sentence, and no file that was not there before."""
    told = done.stderr.decode()
    assert done.returncode == 2, told
    assert len(told.strip().splitlines()) == 1
    assert "Traceback" not in told
    for word in words:
        assert word in told
    left = [p.name for p in here.iterdir() if out in p.name or "partial" in p.name]
    assert left == []


class TestFormats:
    def test_csv_to_jsonl(self, here):
        done = screen(here, write(here, LISTINGS))
        assert done.returncode == 0, done.stderr
        assert verdicts(here) == GOOD
        assert [r["shelf"] for r in rows(here)] == ["A", "B", "C"]
        assert not (here / "out.jsonl.rejected.jsonl").exists()

    def test_csv_to_csv_has_lists_as_json(self, here):
        screen(here, write(here, LISTINGS), out="out.csv")
        table = pcsv.read_csv(here / "out.csv").to_pylist()
        assert json.loads(table[1]["brands"]) == ["Gucci"]
        assert json.loads(table[1]["matches"])[0] == {
            "brand": "Gucci",
            "text": "古驰",
            "start": 0,
            "end": 2,
            "technique": "alias",
        }
        assert {"signal", "value", "weight", "text", "text_zh"} == set(json.loads(table[1]["reasons"])[0])
        assert table[2]["brands"] == "[]"

    def test_csv_to_parquet_and_back(self, here):
        screen(here, write(here, LISTINGS), out="out.parquet")
        table = pq.read_table(here / "out.parquet")
        assert table.column_names[:8] == [
            "listing_id", "verdict", "score", "brands", "matches", "reasons", "engine_version", "rules_version",
        ]  # fmt: skip
        assert table["verdict"].to_pylist() == list(GOOD.values())

    def test_all_formats_give_the_same_verdicts(self, here):
        table = pcsv.read_csv(here / write(here, LISTINGS))
        pq.write_table(table, here / "in.parquet")
        lines = "\n".join(json.dumps(r) for r in table.to_pylist())
        write(here, lines, "in.jsonl")
        (here / "in.csv.gz").write_bytes(gzip.compress(LISTINGS.encode()))
        (here / "in.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
        answers = []
        for name in ("in.csv", "in.parquet", "in.jsonl", "in.csv.gz", "in.jsonl.gz"):
            assert screen(here, name).returncode == 0
            answers.append((here / "out.jsonl").read_text())
        assert len(set(answers)) == 1

    def test_several_files_and_globs_and_columns_of_one_only(self, here):
        write(here, LISTINGS, "a1.csv")
        write(here, "listing_id,title,colour\n9,Nike,red\n", "a2.csv")
        assert screen(here, "a*.csv", out="out.csv").returncode == 0
        table = pcsv.read_csv(here / "out.csv", convert_options=pcsv.ConvertOptions(strings_can_be_null=True))
        assert table.column_names[8:] == ["shelf", "colour"]
        assert table["colour"].to_pylist() == [None, None, None, "red"]

    def test_a_passing_column_with_the_name_of_an_output_column_is_renamed(self, here):
        screen(here, write(here, "listing_id,title,verdict\n1,Nike,mine\n"))
        assert (rows(here)[0]["verdict"], rows(here)[0]["input_verdict"]) == ("pass", "mine")

    def test_json_values_pass_through_as_they_came(self, here):
        extra = {"n": 3, "b": True, "o": {"k": [1, "ä"]}, "s": "3", "z": None}
        write(here, json.dumps({"listing_id": "1", "title": "Nike", **extra}), "in.jsonl")
        screen(here, "in.jsonl")
        assert {k: rows(here)[0][k] for k in extra} == extra

    def test_parquet_columns_pass_through_in_their_type(self, here):
        pq.write_table(pa.table({"listing_id": [7], "title": ["Nike"], "n": [3], "l": [[1, 2]]}), here / "in.parquet")
        screen(here, "in.parquet", out="out.parquet")
        table = pq.read_table(here / "out.parquet")
        assert (table["listing_id"].to_pylist(), table["n"].type, table["l"].to_pylist()) == (
            ["7"],
            pa.int64(),
            [[1, 2]],
        )


class TestStreams:
    def test_standard_streams_are_json_lines(self, here):
        lines = b'{"listing_id":"1","title":"Nike"}\n\n{"listing_id":"2","title":"Gucci \xe9\xab\x98\xe4\xbb\xbf"}\n'
        done = process(here, "-", out="-", stdin=lines)
        assert done.returncode == 0
        assert [json.loads(x)["verdict"] for x in done.stdout.splitlines()] == ["pass", "block"]

    def test_bad_rows_of_a_stream_go_to_standard_error(self, here):
        done = process(here, "-", "--quiet", out="-", stdin=b'{"listing_id":"1","title":"Nike"}\n{"listing_id":"1"}\n')
        assert done.returncode == 3
        assert json.loads(done.stderr)["code"] == "no-title"

    def test_an_empty_stream_is_no_error(self, here):
        done = process(here, "-", out="-", stdin=b"")
        assert (done.returncode, done.stdout) == (0, b"")

    def test_no_progress_bar_where_there_is_no_terminal(self, here):
        done = process(here, write(here, LISTINGS))
        assert b"%" not in done.stderr
        assert b"\x1b" not in done.stderr

    def test_a_reader_that_goes_away_is_no_traceback(self, here):
        line = "\n".join(json.dumps({"listing_id": str(i), "title": "Nike"}) for i in range(40_000))
        write(here, line, "in.jsonl")
        ours = " ".join(command("in.jsonl", "--rights", "rights.csv", "--out", "-"))
        done = subprocess.run(f"{ours} | head -1", shell=True, cwd=here, capture_output=True, timeout=120, check=False)
        assert b"Traceback" not in done.stderr


class TestBadRows:
    @pytest.mark.parametrize(
        ("row", "code"),
        [
            ("4,,5,CNY,A", "no-title"),
            (",Nike,5,CNY,A", "no-listing-id"),
            ("1,Nike again,5,CNY,A", "duplicate-listing-id"),
            ("4,Nike,NaN,CNY,A", "bad-price"),
            ("4,Nike,-5,CNY,A", "bad-price"),
            ("4,Nike,five,CNY,A", "bad-price"),
            ("4,Nike,5,CNY", "wrong-column-count"),
            ("4,Nike,5,CNY,A,B", "wrong-column-count"),
            ('4,"Nike"x,5,CNY,A', "broken-row"),
            ("4,Ni\0ke,5,CNY,A", "nul-character"),
            (b"4,Nike \xff\xfe,5,CNY,A", "not-utf-8"),
            (b"4,Nike,5,CNY,\xe8\x80", "not-utf-8"),
        ],
    )
    def test_a_bad_row_is_left_out_with_its_line_and_the_rest_is_screened(self, here, row, code):
        raw = row if isinstance(row, bytes) else row.encode()
        done = screen(here, write(here, LISTINGS.encode() + raw + b"\n5,Gucci,9000,CNY,D\n"))
        assert done.returncode == 3, done.stderr
        assert rejected(here) == [(5, code)]
        assert verdicts(here) == {**GOOD, "5": "pass"}

    def test_a_quote_that_never_closes_costs_one_row(self, here):
        done = screen(here, write(here, LISTINGS + '4,"Nike,5,CNY,A\n5,Gucci,9000,CNY,D\n6,jam,1,CNY,E\n'))
        assert done.returncode == 3
        assert rejected(here) == [(5, "broken-row")]
        assert set(verdicts(here)) == {"1", "2", "3", "5", "6"}

    def test_line_numbers_count_lines_inside_quoted_cells(self, here):
        screen(here, write(here, 'listing_id,title\n1,"Nike\nshoes"\n\n2,\n'))
        assert rejected(here) == [(5, "no-title")]

    def test_a_title_of_a_megabyte_is_screened_and_says_so(self, here):
        done = screen(here, write(here, LISTINGS + f"4,Nike {'x' * 1_000_000},5,CNY,A\n"))
        assert done.returncode == 0
        assert any(r["signal"] == "title_cut" for r in rows(here)[3]["reasons"])

    def test_a_line_beyond_all_limits_is_left_out(self, here):
        done = screen(here, write(here, LISTINGS + f"4,Nike {'x' * 9_000_000},5,CNY,A\n5,Nike,9,CNY,B\n"))
        assert done.returncode == 3
        assert rejected(here) == [(5, "broken-row")]
        assert set(verdicts(here)) == {"1", "2", "3", "5"}

    @pytest.mark.parametrize(
        ("line", "code"),
        [
            (b'{"listing_id":"4","title":"Nike"', "not-json"),
            (b"[1,2]", "not-json"),
            (b'{"listing_id":"4","title":"\xff"}', "not-json"),
            (b'{"listing_id":"4","title":"Nike","price":NaN}', "not-json"),
            (b'{"listing_id":"4"}', "no-title"),
            (b'{"listing_id":"4","title":"x","price":-1}', "bad-price"),
            (b'{"listing_id":"4","title":"x\\u0000"}', "nul-character"),
            (b'{"listing_id":"4","title":"' + b"x" * 5_000_000 + b'"}', "too-long"),
        ],
    )
    def test_a_bad_line_of_json_is_left_out(self, here, line, code):
        write(
            here, b'{"listing_id":"1","title":"Nike"}\n' + line + b'\n{"listing_id":"2","title":"Gucci"}\n', "in.jsonl"
        )
        assert screen(here, "in.jsonl").returncode == 3
        assert rejected(here) == [(2, code)]
        assert set(verdicts(here)) == {"1", "2"}

    def test_bad_prices_in_parquet_are_left_out(self, here):
        table = pa.table({"listing_id": ["1", "2", "3"], "title": ["a", "b", "c"], "price": [float("nan"), -1.0, None]})
        pq.write_table(table, here / "in.parquet")
        assert screen(here, "in.parquet").returncode == 3
        assert rejected(here) == [(1, "bad-price"), (2, "bad-price")]

    def test_a_duplicate_in_another_file_is_found(self, here):
        write(here, LISTINGS, "a.csv")
        write(here, "listing_id,title\n3,jam\n4,jam\n", "b.csv")
        assert screen(here, "a.csv", "b.csv").returncode == 3
        told = rows(here, "out.jsonl.rejected.jsonl")
        assert [(r["file"], r["line"], r["listing_id"]) for r in told] == [("b.csv", 2, "3")]

    def test_a_rejected_file_of_an_earlier_run_goes_away(self, here):
        write(here, "old", "out.jsonl.rejected.jsonl")
        assert screen(here, write(here, LISTINGS)).returncode == 0
        assert not (here / "out.jsonl.rejected.jsonl").exists()

    def test_an_image_that_is_a_bomb_is_a_reason_and_no_crash(self, here):
        head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (50_000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"
        head += zlib.crc32(head[12:]).to_bytes(4, "big")
        (here / "bomb.png").write_bytes(head + b"\0\0\0\0IDAT5\xaf\x06\x1e\0\0\0\0IEND\xaeB`\x82")
        done = screen(here, write(here, "listing_id,title,images\n1,jam,bomb.png\n"))
        assert done.returncode == 0
        assert [r["signal"] for r in rows(here)[0]["reasons"]] == ["images_refused"]


class TestBadFiles:
    @pytest.mark.parametrize(
        ("name", "content", "word"),
        [
            ("in.csv", "listing_id,price\n1,2\n", "title"),
            ("in.csv", "title,price\nNike,2\n", "listing_id"),
            ("in.csv", "listing_id,title,title\n1,a,b\n", "twice"),
            ("in.csv", "", "empty"),
            ("in.csv", b"\x89PNG\r\n\x1a\n\xff\xfe\xfd" * 40, ""),
            ("in.csv", "listing_id,title\n".encode("utf-16-le"), "UTF-16"),
            ("in.csv", b"listing_id,title\n" + b"1,caf\xe9 au lait\n2,na\xefve\n3,\xfcber\n", "UTF-8"),
            ("in.jsonl", '{"listing_id":"1","name":"x"}\n', "title"),
            ("in.jsonl", "listing_id,title\n1,Nike\n", "JSON"),
            ("in.parquet", b"PAR1 and then nothing", "Parquet"),
            ("in.xlsx", b"PK\x03\x04", "extension"),
            ("in.csv.gz", b"not gzip at all", "in.csv.gz"),
            ("in", LISTINGS, "extension"),
        ],
    )
    def test_one_sentence_exit_2_and_no_output(self, here, name, content, word):
        assert_refused(here, screen(here, write(here, content, name)), name, word)

    def test_a_truncated_parquet_file(self, here):
        pq.write_table(
            pa.table({"listing_id": [str(i) for i in range(5000)], "title": ["Nike"] * 5000}), here / "x.parquet"
        )
        whole = (here / "x.parquet").read_bytes()
        write(here, whole[: len(whole) // 2], "in.parquet")
        assert_refused(here, screen(here, "in.parquet"), "in.parquet")

    def test_a_parquet_file_damaged_in_its_middle(self, here):
        ids = [f"id-{i * 7919 % 100003}" for i in range(60_000)]
        pq.write_table(
            pa.table({"listing_id": ids, "title": ids}), here / "x.parquet", row_group_size=5000, use_dictionary=False
        )
        raw = bytearray((here / "x.parquet").read_bytes())
        middle = len(raw) // 2
        raw[middle : middle + 4000] = os.urandom(4000)
        write(here, bytes(raw), "in.parquet")
        assert_refused(here, screen(here, "in.parquet"), "in.parquet")

    def test_a_gzip_file_cut_short(self, here):
        big = "listing_id,title\n" + "".join(f"{i},Nike {i * 7919}\n" for i in range(200_000))
        write(here, gzip.compress(big.encode())[:-2000], "in.csv.gz")
        assert_refused(here, screen(here, "in.csv.gz"), "in.csv.gz")

    def test_the_second_of_two_files_is_bad(self, here):
        write(here, LISTINGS)
        write(here, "listing_id\n1\n", "b.csv")
        assert_refused(here, screen(here, "in.csv", "b.csv"), "b.csv", "title")

    @pytest.mark.parametrize("name", ["none.csv", "none*.csv", "."])
    def test_a_file_that_is_not_there(self, here, name):
        assert_refused(here, screen(here, name), name)

    def test_an_earlier_output_survives_a_bad_run(self, here):
        write(here, "earlier", "out.jsonl")
        done = screen(here, write(here, "listing_id\n1\n"))
        assert done.returncode == 2
        assert (here / "out.jsonl").read_text() == "earlier"

    @pytest.mark.parametrize(
        ("rights", "word"),
        [
            ("name\nNike\n", "brand"),
            ("brand\n", "brand"),
            ("brand,reference_price\nNike,cheap\n", "cheap"),
            ("brand,aliases\nNike\n", "columns"),
        ],
    )
    def test_a_bad_rights_file(self, here, rights, word):
        write(here, rights, "rights.csv")
        assert_refused(here, screen(here, write(here, LISTINGS)), "rights", word)

    @pytest.mark.parametrize(
        ("rules", "word"),
        [
            ("- {id: a, when: prise < 1, then: block, reason: x}", "prise"),
            ("- {id: a, when: 'SELECT 1', then: block, reason: x}", "SELECT"),
            ("nonsense: [", "YAML"),
        ],
    )
    def test_a_bad_rule(self, here, rules, word):
        write(here, rules, "rules.yaml")
        assert_refused(here, screen(here, write(here, LISTINGS), "--rules", "rules.yaml"), "rules.yaml", word)

    def test_a_bad_bank_and_bad_rates(self, here):
        write(here, LISTINGS)
        write(here, "pdq\nxyz\n", "bank.csv")
        write(here, "currency,per_usd\nCNY,-7\n", "rates.csv")
        assert_refused(here, screen(here, "in.csv", "--bank", "bank.csv"), "bank")
        assert_refused(here, screen(here, "in.csv", "--rates", "rates.csv"), "CNY")

    @pytest.mark.parametrize("out", ["out.xlsx", "nowhere/out.csv", "in.csv", "rights.csv"])
    def test_an_output_that_cannot_be(self, here, out):
        write(here, LISTINGS)
        done = screen(here, "in.csv", out=out)
        assert done.returncode == 2
        assert len(done.stderr.splitlines()) == 1
        assert (here / "in.csv").read_text() == LISTINGS
        assert (here / "rights.csv").read_text() == RIGHTS


class TestEncodings:
    @pytest.mark.parametrize(
        ("encoding", "told"),
        [("utf-8", b""), ("utf-8-sig", b""), ("utf-16", b"UTF-16"), ("utf-32", b"UTF-32"), ("gb18030", b"GB18030")],
    )
    def test_encodings_are_found_out(self, here, encoding, told):
        text = LISTINGS + "".join(f"{i},耐克 男士 运动鞋 正品,500,CNY,货架\n" for i in range(10, 20))
        done = screen(here, write(here, text.encode(encoding)))
        assert done.returncode == 0, done.stderr
        assert verdicts(here)["2"] == "block"
        assert rows(here)[5]["matches"][0]["text"] == "耐克"
        assert rows(here)[5]["shelf"] == "货架"
        assert told in done.stderr

    @pytest.mark.parametrize("separator", [";", "\t", "|"])
    def test_separators_are_found_out(self, here, separator):
        assert screen(here, write(here, LISTINGS.replace(",", separator))).returncode == 0
        assert verdicts(here) == GOOD

    def test_capitals_and_spaces_in_the_header_do_not_matter(self, here):
        screen(here, write(here, LISTINGS.replace("listing_id,title", "Listing_ID, Title ")))
        assert verdicts(here) == GOOD

    @pytest.mark.parametrize("end", ["\r\n", "\r"])
    def test_line_ends_do_not_matter(self, here, end):
        screen(here, write(here, LISTINGS.replace("\n", end)))
        assert verdicts(here) == GOOD


class TestRuns:
    @pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
    def test_an_interrupted_run_leaves_nothing(self, here, sent, status):
        line = command("-", "--rights", "rights.csv", "--out", "out.csv")
        running = subprocess.Popen(line, cwd=here, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        assert running.stdin is not None
        batch = b"".join(b'{"listing_id":"%d","title":"Nike"}\n' % i for i in range(40_000))
        running.stdin.write(batch)
        running.stdin.flush()
        deadline = time.monotonic() + 60
        while not any("partial" in p.name for p in here.iterdir()) and time.monotonic() < deadline:
            time.sleep(0.05)
        running.send_signal(sent)
        assert running.wait(timeout=60) == status
        assert sorted(p.name for p in here.iterdir()) == ["rights.csv"]

    def test_rules_and_banks_are_used(self, here):
        write(here, "- {id: all, when: title_length > 0, then: review, reason: all}", "rules.yaml")
        write(here, f"pdq,label\n{'ab' * 32},seized\n", "bank.csv")
        write(here, f"listing_id,title,pdq\n1,jam,{'ab' * 32}\n")
        assert screen(here, "in.csv", "--rules", "rules.yaml", "--bank", "bank.csv").returncode == 0
        assert {r["signal"] for r in rows(here)[0]["reasons"]} == {"rule:all", "bank_distance"}

    def test_the_same_input_gives_the_same_bytes(self, here):
        write(here, LISTINGS)
        answers = set()
        for _ in range(2):
            screen(here, "in.csv", out="out.csv")
            answers.add((here / "out.csv").read_bytes())
        assert len(answers) == 1

    def test_memory_does_not_grow_with_the_number_of_rows(self):
        from touchstone.bench.screen import peak_memory

        # What is kept a row would show four times over; threads and allocators differ by a few batches from run to run.
        few, many = peak_memory(100_000), peak_memory(400_000)
        assert many < 1.5 * few, (few, many)


class TestHelp:
    def test_help_reads_well_and_needs_no_database(self, here):
        done = subprocess.run(
            [sys.executable, "-m", "touchstone", "--help"], capture_output=True, text=True, check=True
        )
        assert "screen" in done.stdout
        assert "bench" in done.stdout

    def test_screening_imports_no_django(self):
        code = "import sys, touchstone.cli, touchstone.engine.runners.local; print('django' in sys.modules)"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "False"

    def test_an_unknown_suite_is_named(self, here):
        line = [sys.executable, "-m", "touchstone", "bench", "none"]
        done = subprocess.run(line, capture_output=True, text=True, check=False)
        assert (done.returncode, "none" in done.stderr) == (2, True)
