from __future__ import annotations

import pytest

from app.domain.audit_tree import Tree, path, root_by

LEAVES = [bytes([number]) * 32 for number in range(70)]


def grown(leaves: list[bytes]) -> Tree:
    tree = Tree()
    for one in leaves:
        tree.add(one)
    return tree


def test_many_leaves_at_once_give_the_tree_that_one_by_one_gives() -> None:
    for before in range(20):
        for after in range(before, 70, 7):
            tree = grown(LEAVES[:before])
            tree.extend(LEAVES[before:after])
            assert (tree.size, tree.root()) == (after, grown(LEAVES[:after]).root())


def test_a_tree_goes_on_from_its_peaks() -> None:
    for size in range(1, 40):
        begun = Tree.at(size, grown(LEAVES[:size]).peaks())
        begun.extend(LEAVES[size:])
        assert begun.root() == grown(LEAVES).root()


def test_a_part_that_begins_at_a_power_of_two_is_merged() -> None:
    tree, part = grown(LEAVES[:32]), grown(LEAVES[32:60])
    tree.merge(part)
    assert (tree.size, tree.root()) == (60, grown(LEAVES[:60]).root())


def test_peaks_of_another_size_are_refused() -> None:
    with pytest.raises(ValueError, match="a tree of 3 events has 2 peaks"):
        Tree.at(3, grown(LEAVES[:4]).peaks())


def test_the_way_of_every_leaf_leads_to_the_root_and_of_no_other() -> None:
    for size in (1, 2, 3, 7, 8, 13):
        root = grown(LEAVES[:size]).root()
        for place in range(size):
            steps = path(LEAVES[:size], place)
            assert root_by(LEAVES[place], steps) == root
            assert root_by(LEAVES[(place + 1) % 70], steps) != root
