"""A node starts with the law of its home, or not at all."""

import pytest

from erpd.node.home import HomeError
from erpd.node.law import law_of


def test_a_node_without_files_has_our_regimes(tmp_path):
    assert "dga-2022" in law_of(tmp_path)().regimes


def test_a_node_keeps_the_law_with_which_it_started(tmp_path):
    file = tmp_path / "law" / "mine.toml"
    file.parent.mkdir()
    file.write_text('id = "mine"\nversion = 1\nact = "reg/2030/1"\nname = { en = "Mine" }\n')
    law = law_of(tmp_path)
    file.write_text("broken")
    assert "mine" in law().regimes


def test_a_node_with_a_mistake_in_a_file_does_not_start_and_says_where(tmp_path):
    file = tmp_path / "law" / "mine.toml"
    file.parent.mkdir()
    file.write_text('id = "mine"\n')
    with pytest.raises(HomeError, match=r"The law of this node is wrong.\n.*mine.toml: version: expected"):
        law_of(tmp_path)
