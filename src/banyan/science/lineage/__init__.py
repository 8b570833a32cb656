"""Lineage of lots: what went into what, forward, backward, between, and how much of it.

The graph is held as compressed sparse rows in both directions and grows by appending; closures run level by
level on arrays, or in time order where edges have times.
"""

from banyan.science.lineage.closure import Closure
from banyan.science.lineage.graph import Graph
from banyan.science.lineage.mixing import Composition, Contents
from banyan.science.lineage.routes import Between, Paths

__all__ = ["Between", "Closure", "Composition", "Contents", "Graph", "Paths"]
