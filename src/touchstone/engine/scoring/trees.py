"""The text of a LightGBM model, checked before the library reads it: the library trusts what it is given."""

from __future__ import annotations

import math

from touchstone.errors import NotValid

MAX_TREES, MAX_LEAVES = 5000, 1024
_HEAD = {"version": "v4", "num_class": "1", "num_tree_per_iteration": "1", "label_index": "0"}


def plain(text: str) -> str:
    """The text without what a reader does not need: the sizes of the trees in bytes, and the parameters."""
    head, _, rest = text.partition("\n\n")
    kept = [line for line in head.splitlines() if not line.startswith("tree_sizes=")]
    return "\n".join(kept) + "\n\n" + rest.partition("end of trees")[0] + "end of trees\n"


def check(text: str, features: int) -> None:
    """Raise NotValid unless `text` is a binary model of plain numeric trees over so many features, whole in itself."""
    head, *trees = text.partition("end of trees")[0].split("\nTree=")
    named = _fields(head)
    for name, value in _HEAD.items():
        if named.get(name) != value:
            raise NotValid(f"the trees have {name}={named.get(name)}, {value} is expected")
    if not named.get("objective", "").startswith("binary") or named.get("max_feature_idx") != str(features - 1):
        raise NotValid("the trees do not fit the features of the model")
    if "tree_sizes" in named or "linear_tree" in named or not 0 < len(trees) <= MAX_TREES:
        raise NotValid(f"a model has 1 to {MAX_TREES} plain trees, not {len(trees)}")
    for number, tree in enumerate(trees):
        try:
            _check_tree(_fields(tree), features)
        except (KeyError, ValueError) as error:
            raise NotValid(f"tree {number} is damaged ({error})") from None


def _check_tree(tree: dict[str, str], features: int) -> None:
    leaves = int(tree["num_leaves"])
    if not 1 <= leaves <= MAX_LEAVES or tree.get("num_cat") != "0" or tree.get("is_linear", "0") != "0":
        raise ValueError("kind of tree")
    if len(_finite(tree["leaf_value"])) != leaves:
        raise ValueError("leaf_value")
    if leaves == 1:
        return
    nodes = leaves - 1
    counts = {"internal_count": nodes, "internal_value": nodes, "internal_weight": nodes, "split_gain": nodes}
    for name, length in {**counts, "decision_type": nodes, "leaf_weight": leaves, "leaf_count": leaves}.items():
        if len(tree[name].split()) != length:
            raise ValueError(name)
    # A threshold of infinity parts what is known from what is not.
    thresholds = [float(x) for x in tree["threshold"].split()]
    if len(thresholds) != nodes or any(math.isnan(x) for x in thresholds):
        raise ValueError("threshold")
    split = [int(x) for x in tree["split_feature"].split()]
    if len(split) != nodes or not all(0 <= x < features for x in split):
        raise ValueError("split_feature")
    if any(int(x) & 1 for x in tree["decision_type"].split()):
        raise ValueError("decision_type")
    _check_children(tree, nodes, leaves)


def _check_children(tree: dict[str, str], nodes: int, leaves: int) -> None:
    """Every node but the first and every leaf is the child of exactly one earlier node."""
    sides = [[int(x) for x in tree[name].split()] for name in ("left_child", "right_child")]
    if any(len(side) != nodes for side in sides):
        raise ValueError("children")
    children = sorted(sides[0] + sides[1])
    if children != [*range(-leaves, 0), *range(1, nodes)]:
        raise ValueError("children")
    if any(0 <= child <= node for side in sides for node, child in enumerate(side)):
        raise ValueError("children")


def _finite(text: str) -> list[float]:
    found = [float(x) for x in text.split()]
    if not all(math.isfinite(x) for x in found):
        raise ValueError("a number is not finite")
    return found


def _fields(block: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
