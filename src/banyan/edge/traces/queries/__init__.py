"""What a trace looks like, in words and as a drawing; what is told of the goods of a firm or product."""

from banyan.edge.traces.queries.drawing import Drawing, drawing, short
from banyan.edge.traces.queries.goods import Goods, recent_goods
from banyan.edge.traces.queries.sheet import sheet
from banyan.edge.traces.queries.telling import MANY, Telling, direction_in_words

__all__ = ["MANY", "Drawing", "Goods", "Telling", "direction_in_words", "drawing", "recent_goods", "sheet", "short"]
