"""A Spark session for `--engine spark`, and how a failure is said in one sentence."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from touchstone.errors import NotValid, TouchstoneError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

OLDEST_JAVA = 17
_DEBIAN_JAVA = Path("/usr/lib/jvm")
# A record batch of the engine's own size goes to a Python worker at once.
_SETTINGS = {
    "spark.app.name": "touchstone",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "65536",
    # Payloads are megabytes: a cached block holds few of them.
    "spark.sql.inMemoryColumnarStorage.batchSize": "8",
}
# For masters that run on this machine.
_HERE = {
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": "8",
}
# One thread a task: Spark runs as many tasks as there are cores.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS", "NUMBA_NUM_THREADS")


class NoSpark(NotValid):
    """Spark, or the Java that it runs on, is not there or does not answer."""

    code = "no-spark"


@dataclass(frozen=True)
class Cluster:
    """Where Spark runs. `master`: a master URL; empty for that of spark-submit, else all cores of this machine.

    `settings`: lines KEY=VALUE, which win over those of the product.
    """

    master: str = ""
    settings: tuple[str, ...] = ()

    def pairs(self) -> dict[str, str]:
        """The settings as a table. Raises NotValid for a line that is none."""
        found = {}
        for line in self.settings:
            key, sign, value = line.partition("=")
            if not sign or not key.strip().startswith("spark."):
                raise NotValid(f"--spark-conf is spark.KEY=VALUE, not {line!r}")
            found[key.strip()] = value.strip()
        return found


def chosen(engine: str, master: str, settings: tuple[str, ...]) -> Cluster | None:
    """The cluster that the options of a command name, None for the local engine. Raises NotValid."""
    if engine == "spark":
        return Cluster(master, settings)
    if engine != "local":
        raise NotValid(f"there is no engine {engine!r}", remedy="Use local or spark.")
    if master or settings:
        raise NotValid("--master and --spark-conf are for --engine spark", remedy="Add --engine spark.")
    return None


@contextlib.contextmanager
def session(cluster: Cluster) -> Iterator[SparkSession]:
    """A Spark session; one that runs already is used and left running.

    Raises NoSpark where PySpark or Java is missing or the master does not answer, and for a job that Spark gave up.
    """
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ModuleNotFoundError as error:
        raise NoSpark(
            f"--engine spark needs the Python package {(error.name or 'pyspark').split('.')[0]}, which is not installed.",
            remedy="Install Touchstone with its extra `spark`: pip install 'touchstone[spark]'.",
        ) from None
    running = SparkSession.getActiveSession()
    spark = running or _started(cluster)
    try:
        yield spark
    except PySparkException as error:
        raise NoSpark(f"Spark gave up: {_first_line(error)}") from error
    finally:
        if running is None:
            with contextlib.suppress(Exception):
                spark.stop()


def _started(cluster: Cluster) -> SparkSession:
    from pyspark.conf import SparkConf
    from pyspark.sql import SparkSession

    java_home()
    own = cluster.pairs()
    given = SparkConf()
    master = cluster.master or own.get("spark.master", "") or given.get("spark.master", "") or submitted() or "local[*]"
    here = master.startswith("local")
    settings = {**_SETTINGS, **(_HERE if here else {}), **{f"spark.executorEnv.{n}": "1" for n in _ONE_THREAD}}
    if here:
        # The workers of this machine run the Python that we run in; a cluster names its own.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = SparkSession.builder.master(master)
    for key, value in {**settings, **own}.items():
        if key in own or not given.contains(key):
            builder = builder.config(key, value)
    try:
        return builder.getOrCreate()
    except Exception as error:
        raise NoSpark(
            f"Spark does not start with the master {master}: {_first_line(error)}",
            remedy="See docs/spark.md, and what Spark itself wrote above.",
        ) from None


def submitted() -> str:
    """The master that PYSPARK_SUBMIT_ARGS names, empty if it names none."""
    found = re.search(r"--master[ =](\S+)", os.environ.get("PYSPARK_SUBMIT_ARGS", ""))
    return found.group(1) if found else ""


def java_home() -> str:
    """The folder of a Java that Spark runs on, set as JAVA_HOME where none was named. Raises NoSpark."""
    named = os.environ.get("JAVA_HOME")
    on_path = shutil.which("java")
    homes = [Path(named)] if named else [Path(on_path).resolve().parents[1]] if on_path else []
    homes += [] if named else sorted(_DEBIAN_JAVA.glob("*-openjdk-*"))
    versions = {str(home): _version(home) for home in homes}
    for home, version in versions.items():
        if version >= OLDEST_JAVA:
            os.environ["JAVA_HOME"] = home
            return home
    what = f"JAVA_HOME ({named}) holds" if named else "there is"
    found = max(versions.values(), default=0)
    raise NoSpark(
        f"--engine spark needs Java {OLDEST_JAVA} or newer, and {what} {f'Java {found}' if found else 'none'}.",
        remedy="Install it (Debian: apt-get install openjdk-17-jre-headless) or set JAVA_HOME.",
    )


def _version(home: Path) -> int:
    """The major version of the Java in a folder, 0 where there is none."""
    try:
        said = subprocess.run([home / "bin" / "java", "-version"], capture_output=True, text=True, timeout=60).stderr
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r'version "(\d+)', said)
    return int(found.group(1)) if found else 0


def _first_line(error: BaseException) -> str:
    """What a person can use of an error of Spark: of a traceback in a worker the last line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [line for line in lines if re.match(r"^[\w.]*(Error|Exception|Invalid)\b.*:", line)]
    return (told or lines or [type(error).__name__])[-1 if told else 0][:300]


def told(error: TouchstoneError, names: dict[str, str]) -> dict[str, str]:
    """An error as a worker sends it. `names`: paths as the worker knows them, and as the user gave them."""
    place = error.place
    for full, given in names.items():
        place = place.replace(full, given)
    return {"type": type(error).__name__, "message": error.message, "remedy": error.remedy, "place": place}


def raised(said: dict[str, str]) -> TouchstoneError:
    """The error that a worker sent."""
    import touchstone.errors as known

    kind = getattr(known, said["type"], NotValid)
    error: TouchstoneError = kind(said["message"], remedy=said["remedy"], place=said["place"])
    return error
