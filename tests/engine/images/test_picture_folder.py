"""Paths in a listing come from strangers: they open nothing outside the folder and tell nothing about it."""

import os

import pytest
from drawn_pictures import encoded

from touchstone.engine.images.folder import OUTSIDE, Folder
from touchstone.engine.images.read import Refused


@pytest.fixture
def root(tmp_path):
    inside = tmp_path / "pictures"
    (inside / "more").mkdir(parents=True)
    (inside / "more" / "a.png").write_bytes(encoded("PNG"))
    (tmp_path / "secret.png").write_bytes(encoded("PNG"))
    (tmp_path / "pictures-of-others").mkdir()
    (tmp_path / "pictures-of-others" / "b.png").write_bytes(encoded("PNG"))
    return inside


def refusal(root, name: str) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        Folder(root).read(name)
    return caught.value.code, str(caught.value)


@pytest.mark.parametrize("name", ["more/a.png", "./more/a.png", "more/../more/a.png", "more//a.png"])
def test_a_path_inside_is_read(root, name):
    assert Folder(root).read(name).startswith(b"\x89PNG")


def test_an_absolute_path_is_read_only_inside(root, tmp_path):
    assert Folder(root).read(str(root / "more" / "a.png")).startswith(b"\x89PNG")
    assert refusal(root, str(tmp_path / "secret.png")) == ("outside", OUTSIDE)


@pytest.mark.parametrize(
    "name",
    ["../secret.png", "../none.png", "more/../../secret.png", "../pictures-of-others/b.png", "/etc/passwd", "/none", ".",
     "", "..", "/", "../../../../../../etc/passwd"],
)  # fmt: skip
def test_a_path_that_leads_out_is_refused_alike_whether_or_not_it_exists(root, name):
    assert refusal(root, name) == ("outside", OUTSIDE)


def test_links_that_lead_out_are_refused_alike_whether_or_not_their_end_exists(root, tmp_path):
    (root / "link.png").symlink_to(tmp_path / "secret.png")
    (root / "dangling.png").symlink_to(tmp_path / "nothing.png")
    (root / "folder").symlink_to(tmp_path)
    for name in ("link.png", "dangling.png", "folder/secret.png", "folder/none.png"):
        assert refusal(root, name) == ("outside", OUTSIDE)


def test_links_inside_are_followed(root, tmp_path):
    (root / "link.png").symlink_to(root / "more" / "a.png")
    assert Folder(root).read("link.png").startswith(b"\x89PNG")
    (tmp_path / "door").symlink_to(root)
    assert Folder(tmp_path / "door").read("more/a.png").startswith(b"\x89PNG")
    assert Folder(tmp_path / "door").read(str(tmp_path / "door" / "link.png")).startswith(b"\x89PNG")


def test_loops_pipes_and_folders_are_refused(root):
    (root / "loop").symlink_to(root / "loop")
    os.mkfifo(root / "pipe.png")
    assert refusal(root, "loop")[0] == "missing"
    assert refusal(root, "pipe.png")[0] == "not-a-file"
    assert refusal(root, "more")[0] == "not-a-file"
    assert refusal(root, "none.png")[0] == "missing"
    assert refusal(root, "x" * 5000)[0] == "missing"
    assert refusal(root, "a\0b")[0] == "outside"
