"""Search by one, two or more Chinese characters, by pinyin and by the beginning of a code, on both databases.

Every text lies in `SearchEntry`; the words it can be found by lie in an inverted index beside it (FTS5 on
SQLite, `tsvector` with GIN on PostgreSQL). A word is two neighbouring characters (`榕质`), four neighbouring
initials (`irzky`), two neighbouring syllables (`yrongzhi`) or a Latin word (`wgb`), so that nothing needs to
be cut into words and two characters are enough. A code is found by its beginning, in the B-tree alone. Where
nothing is written as it was typed, `near` finds what differs by one character or only sounds the same.
"""

from banyan.kit.search.finding import find, matching, narrowed
from banyan.kit.search.indexing import CODE, NAME, Entry, index, index_many, rebuild
from banyan.kit.search.spelling import near
from banyan.kit.search.together import find_many, near_many
from banyan.kit.search.words import load_words, plain, syllables_of, words_of

__all__ = [
    "CODE", "NAME", "Entry", "find", "find_many", "index", "index_many", "load_words", "matching", "narrowed", "near",
    "near_many", "plain", "rebuild", "syllables_of", "words_of",
]  # fmt: skip
