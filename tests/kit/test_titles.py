"""How keys and reasons read."""

from django.utils import translation
from django.utils.translation import gettext

from banyan.kit import titles


def test_a_reason_of_the_house_is_read_in_the_language_of_the_page_and_a_persons_as_it_stands() -> None:
    with translation.override("zh-hans"):
        assert titles.reason_in_words(titles.TERM_IS_OVER) == gettext("The term is over.") != titles.TERM_IS_OVER
        assert titles.reason_in_words("name") == "name"  # though the catalogue knows the word
    with translation.override("en"):
        assert titles.reason_in_words(titles.TERM_IS_OVER) == "The term is over."
