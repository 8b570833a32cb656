"""Lineage of lots: what went into what, forward, backward, between, and how much of it.

The graph is held as compressed sparse rows in both directions and grows by appending; closures run level by
level on arrays, or in time order where edges have times. A closure is of one question, from any number of lots at
once; what each of many lots reaches by itself is as many questions, and each takes less than a millisecond.

Examples
--------
Lot 0 of flour went into doughs 1 and 2 on day 1; dough 1 into breads 3 and 4 on day 2, dough 2 into bread 3 on day 3:

>>> from banyan.science import lineage
>>> graph = lineage.Graph.from_edges(
...     [0, 0, 1, 1, 2], [1, 2, 3, 4, 3], at=[1, 1, 2, 2, 3], quantity=[60.0, 40.0, 30.0, 30.0, 10.0]
... )
>>> graph.forward(0).nodes.tolist(), graph.backward(3).nodes.tolist()
([0, 1, 2, 3, 4], [0, 1, 2, 3])

Which ways led from the flour to bread 3, how much of the flour is in it, and what the bread is made of:

>>> graph.paths(0, 3).lots
((0, 1, 3), (0, 2, 3))
>>> round(graph.share(of=0, within=3), 3)
0.4
>>> bread = graph.composition(3)
>>> bread.nodes.tolist(), bread.share.tolist()
([0, 1, 2, 3], [1.0, 0.75, 0.25, 1.0])

The next day's deliveries are appended; the graph of yesterday stays as it was known:

>>> today = graph.append([3], [5], at=[4], quantity=[5.0])
>>> today.forward(1, since=2).nodes.tolist(), graph.forward(1, since=2).nodes.tolist()
([1, 3, 4, 5], [1, 3, 4])
"""

from banyan.science.lineage.closure import Closure
from banyan.science.lineage.graph import Graph
from banyan.science.lineage.mixing import Composition, Contents
from banyan.science.lineage.routes import Between, Paths

__all__ = ["Between", "Closure", "Composition", "Contents", "Graph", "Paths"]
