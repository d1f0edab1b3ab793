"""Reads YAML: front matter and the settings of sites."""

from __future__ import annotations

from itertools import chain
from typing import Any

import yaml

from chatbot.formats.growth import MOST


def compose(text: str) -> tuple[yaml.Node | None, Any]:
    """Return the tree of a YAML text, which has the place of each node, and its value.

    The value has only strings, lists and dicts; tags are ignored.

    Raises:
        yaml.YAMLError: it is not YAML, or its aliases (`*name`) repeat too much: nine lines can
        mean a billion strings. RecursionError: it is nested too deep.
    """
    loader = yaml.BaseLoader(text)
    node = loader.get_single_node()
    if node is None:
        return None, None
    if _size(node, {}) > len(text) + MOST:
        raise yaml.MarkedYAMLError(
            problem="its aliases (*) repeat too much", problem_mark=node.start_mark
        )
    return node, loader.construct_document(node)


def _size(node: yaml.Node, known: dict[yaml.Node, int]) -> int:
    """Return how many characters a node has with all aliases written out.

    A node that contains itself has too many.
    """
    if isinstance(node, yaml.ScalarNode):
        return len(node.value) + 1
    if node not in known:
        known[node] = MOST * MOST  # until it is computed; it stays so if it contains itself
        inner = chain(*node.value) if isinstance(node, yaml.MappingNode) else node.value
        known[node] = 1 + sum(_size(one, known) for one in inner)
    return known[node]
