"""libyaml and PyYAML's own reader understand the same of a params file, or the latter alone is asked."""

import pytest
import yaml

from csanalysis.errors import ParamsError
from csanalysis.params.document import document_of
from csanalysis.params.libyaml import quick_loader

PLAIN = """\
extends: group.yml
dealership: {id: s1, name: "Store \\u4e2d", size: 1}
sources:
  service_visits:
    path: [visits.csv, 'more.csv']
    since: 2019-01-01
  vehicle_sales: sales.csv
notes:
  cover: |
    two
    lines
accept:
  -
  - {check: visits, until: 2025-12-31}
"""


def _seen(node: yaml.Node) -> object:
    """What a node says, and the lines by which keys and items are found."""
    if isinstance(node, yaml.MappingNode):
        return [(key.value, key.tag, key.start_mark.line, _seen(value)) for key, value in node.value]
    if isinstance(node, yaml.SequenceNode):
        return [(item.start_mark.line, _seen(item)) for item in node.value]
    return node.tag, node.value


@pytest.mark.skipif(quick_loader is None, reason="PyYAML was built without libyaml")
def test_both_readers_see_the_same():
    own, quick = yaml.SafeLoader(PLAIN), quick_loader(PLAIN)
    nodes = own.get_single_node(), quick.get_single_node()
    assert _seen(nodes[0]) == _seen(nodes[1])
    assert own.construct_document(nodes[0]) == quick.construct_document(nodes[1])


@pytest.mark.parametrize(
    "text", ["a: {b: c?d}", "a: {b? c: d}", "a: 1\n\ufeff", "a: |# no\n", "a: >#b\n", "a: [b,\tc: !x]"]
)
def test_what_libyaml_alone_would_take_is_still_refused(tmp_path, text):
    with pytest.raises(ParamsError):
        document_of(tmp_path / "store.yml", text)
