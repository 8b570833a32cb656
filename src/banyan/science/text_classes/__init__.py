"""Text classes: short messages told apart by what their characters look like, with how sure that is; and near-copies.

Nothing of a text is kept but counts by the hash of its pieces, from which no message can be read back.

Examples
--------
Four messages teach two classes; a fifth is put into one of them:

>>> from banyan.science import text_classes
>>> taught = ["电梯困人无人处理", "电梯停运三天", "大米发霉变质", "面包发霉有虫"]
>>> learned = text_classes.learn(text_classes.pieces(taught), ["lift", "lift", "food", "food"])
>>> found = text_classes.classify(learned, text_classes.pieces(["小区电梯又困人了"]))
>>> found.labels, bool(found.confidence[0] > 0.9)
(('lift',), True)

What is learnt later is added, without the earlier texts:

>>> later = text_classes.learn(text_classes.pieces(["牛奶过期"]), ["food"])
>>> learned.plus(later).documents.tolist()
[3.0, 2.0]

Nearly the same words have fingerprints that differ in few of their 64 bits:

>>> first, copy, other = map(text_classes.fingerprint, [
...     "3月5日在红星超市买的大米发霉变质，要求退货赔偿", "在红星超市买的大米发霉变质要求退货赔偿", "小区电梯困人"])
>>> text_classes.distance(first, copy) < 16 < text_classes.distance(first, other)
True
"""

from banyan.science.text_classes.bayes import Found, Learned, Scores, classify, held_back, learn, score, tempered
from banyan.science.text_classes.pieces import distance, fingerprint, pieces

__all__ = [
    "Found",
    "Learned",
    "Scores",
    "classify",
    "distance",
    "fingerprint",
    "held_back",
    "learn",
    "pieces",
    "score",
    "tempered",
]
