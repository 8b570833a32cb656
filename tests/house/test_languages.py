"""The Chinese catalogues are whole, and pages speak the language that the reader chose."""

from __future__ import annotations

import polib
import pytest

from banyan.config import translations


def test_every_source_string_stands_in_the_chinese_catalogues():
    assert [f"“{fault.msgid}” {fault.what}" for fault in translations.faults()] == []


@pytest.mark.parametrize(
    ("msgid", "msgstr", "what"),
    [
        ("Take sample", "", "is not translated"),
        ("Take sample", "Sample it", "has no Chinese in its translation"),
        ("%(count)s tasks", "%(number)s项任务", "has other placeholders in its translation"),
        (
            "%(rate)s, 95 %% interval",
            "%(rate)s，95 %区间",
            "writes the per cent sign in another way in its translation",
        ),
    ],
)
def test_a_faulty_translation_is_named(msgid, msgstr, what):
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid=msgid, msgstr=msgstr))

    assert list(translations.entry_faults(catalogue)) == [translations.Fault(msgid, what)]


def test_strings_are_taken_out_of_code_and_pages(tmp_path):
    (tmp_path / "verbs.py").write_text(
        "from django.utils.translation import gettext_lazy as _, ngettext\n"
        'LABEL = _("Take "\n          "sample")\nngettext("%(n)s task", "%(n)s tasks", 2)\n'
    )
    (tmp_path / "page.html").write_text(
        "{% load i18n %}{% translate 'Nothing is late.' %}"
        "{% blocktranslate with day=on %}due {{ day }}{% endblocktranslate %}"
    )

    found = {(entry.msgid, entry.msgid_plural) for entry in translations.extract(tmp_path)}

    assert found == {
        ("Take sample", ""),
        ("%(n)s task", "%(n)s tasks"),
        ("Nothing is late.", ""),
        ("due %(day)s", ""),
    }
