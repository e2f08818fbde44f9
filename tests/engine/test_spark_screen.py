"""Screening on Spark gives what the local engine gives, to the byte."""

from __future__ import annotations

import random
import subprocess
import sys

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from touchstone.engine.runners import local, spark_screen
from touchstone.engine.runners.local import Job
from touchstone.engine.runners.pictures import Pictures
from touchstone.engine.runners.spark import Cluster, NoSpark, chosen, java_home, session
from touchstone.errors import BadInputFile, NotValid

pytest.importorskip("pyspark", reason="PySpark is not installed")
pytestmark = pytest.mark.spark
TITLES = ("Nike 运动鞋", "Gucci 高仿 包", "plain cup", "N1ke air", "adidas 1:1", "耐克 正品")


@pytest.fixture(scope="session")
def spark():
    try:
        java_home()
    except NoSpark as error:
        pytest.skip(str(error))
    with session(Cluster("local[2]")) as running:
        yield running


@pytest.fixture
def files(tmp_path):
    """Three files with ids that come again inside a file and across, empty titles and prices that are none."""
    pick = random.Random(1)

    def table(low: int, high: int) -> pa.Table:
        return pa.table(
            {
                "listing_id": [str(i if i % 97 else 5) for i in range(low, high)],
                "title": [None if i % 53 == 0 else pick.choice(TITLES) + str(i) for i in range(low, high)],
                "price": [str(i) if i % 71 else "x" for i in range(low, high)],
                "extra": list(range(low, high)),
            }
        )

    pq.write_table(table(0, 700), tmp_path / "a.parquet", row_group_size=300)
    pq.write_table(table(650, 900), tmp_path / "b.parquet")
    pa_csv.write_csv(table(880, 1000), tmp_path / "c.csv")
    (tmp_path / "rights.csv").write_text("brand,aliases\nNike,耐克\nGucci,\nadidas,\n", "utf-8")
    return tmp_path


def job(folder, out: str, **more) -> Job:
    names = ("a.parquet", "b.parquet", "c.csv")
    return Job([str(folder / n) for n in names], str(folder / "rights.csv"), str(folder / out), **more)


@pytest.mark.parametrize("extension", ["parquet", "csv", "jsonl"])
def test_verdicts_and_rejected_rows_are_those_of_the_local_engine(spark, files, extension):
    here = local.run(job(files, f"here.{extension}"))
    there = spark_screen.run(job(files, f"there.{extension}"), Cluster(), task_rows=128)
    assert there == here
    assert here.codes["duplicate-listing-id"] > 20
    one, other = files / f"here.{extension}", files / f"there.{extension}"
    if extension == "parquet":
        assert pq.read_table(other).equals(pq.read_table(one))
    else:
        assert other.read_bytes() == one.read_bytes()
    rejected = [(files / f"{name}.{extension}.rejected.jsonl").read_bytes() for name in ("here", "there")]
    assert rejected[0] == rejected[1]


def test_a_damaged_file_is_the_same_error_and_leaves_nothing(spark, files):
    whole = (files / "b.parquet").read_bytes()
    (files / "b.parquet").write_bytes(whole[:4] + b"\0" * 1000 + whole[1004:])
    with pytest.raises(BadInputFile) as here:
        local.run(job(files, "out.csv"))
    with pytest.raises(BadInputFile) as there:
        spark_screen.run(job(files, "out.csv"), Cluster(), task_rows=128)
    assert str(there.value) == str(here.value)
    assert not list(files.glob("*out*"))


def test_what_spark_cannot_do_is_said_before_it_starts(files):
    with pytest.raises(NotValid, match="--ocr with a number"):
        spark_screen.run(job(files, "out.csv", pictures=Pictures(readings=5)), Cluster())
    with pytest.raises(BadInputFile, match="standard input"):
        spark_screen.run(Job(["-"], str(files / "rights.csv"), str(files / "out.csv")), Cluster())
    with pytest.raises(NotValid, match="no engine 'dask'"):
        chosen("dask", "", ())
    with pytest.raises(NotValid, match="--engine spark"):
        chosen("local", "local[2]", ())
    with pytest.raises(NotValid, match=r"spark\.KEY=VALUE"):
        Cluster(settings=("cores",)).pairs()


def test_a_missing_java_is_named_with_a_remedy(files, tmp_path, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(NoSpark, match=r"Java 17 or newer.*apt-get install") as error:
        java_home()
    assert error.value.exit_status == 2


def test_the_command_without_pyspark_says_how_to_get_it(files):
    code = "import sys; sys.modules['pyspark'] = None; from touchstone.cli import main; main()"
    arguments = [
        "screen",
        str(files / "a.parquet"),
        "--rights",
        str(files / "rights.csv"),
        "--out",
        str(files / "o.csv"),
    ]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments, "--engine", "spark", "-q"], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "touchstone[spark]" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (files / "o.csv").exists()
