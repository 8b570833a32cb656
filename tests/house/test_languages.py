"""The Chinese catalogues are whole, and pages speak the language that the reader chose."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import polib
import pytest
from django.apps import apps
from django.contrib.admin.utils import quote
from django.utils import translation
from tests.house.conftest import rooms_nouns

from banyan.config import translations
from banyan.kit import people
from banyan.kit.models import Person
from banyan.kit.office import Screen, office
from banyan.kit.verbs import REGISTRY


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


WHEN = re.compile("日|时间|时刻|期限|截止|截至|起始|此前|自$|至$")


def test_fields_are_called_in_chinese_what_they_hold():
    """One English word may mean two things: "by" a day or a person, "held by" a chairman or a warehouse."""
    wrong = []
    with translation.override("zh-hans"):
        for noun in rooms_nouns():
            for field in noun._meta.fields:
                says, kind = str(field.verbose_name), field.get_internal_type()
                if kind in ("DateField", "DateTimeField") and not WHEN.search(says):
                    wrong.append(f"{noun.noun}.{field.name} is a day and is called {says}")
                if (
                    noun.spoken.get(field.name) is people.named
                    and field.name.endswith("_by")
                    and says[-1] not in "人员"
                ):
                    wrong.append(f"{noun.noun}.{field.name} names a person and is called {says}")

    assert wrong == []


@pytest.mark.parametrize(
    ("place", "value", "says"),
    [
        ("casework.Case.state", "decided", "已作出决定"),
        ("casework.Clue.cause", "inspection", "监督检查"),
        ("casework.Transfer.state", "rejected", "不予批准"),
        ("credit.Objection.state", "refused", "不成立"),
        ("inspection.Task.state", "refused", "拒检"),
        ("emergency.Entry.kind", "order", "指令"),
        ("emergency.Bulletin.certainty", "Observed", "已经发生"),
        ("equipment.Equipment.state", "stopped", "停用"),
        ("lists.Listing.state", "decided", "已作出决定"),
    ],
)
def test_a_word_with_two_meanings_has_the_chinese_of_its_place(place, value, says):
    app, model, field = place.split(".")

    with translation.override("zh-hans"):
        labels = dict(apps.get_model(app, model)._meta.get_field(field).flatchoices)
        assert str(labels[value]) == says


def test_the_chinese_catalogue_uses_chinese_marks():
    """A colon, comma, question mark or semicolon after a Chinese character is a full-width one."""
    texts = [text for entry in polib.pofile(str(translations.OWN))
             for text in (entry.msgstr, *entry.msgstr_plural.values())]  # fmt: skip

    yaml = "“字段: 值”"  # what it shows is a form of writing

    assert [text for text in texts if re.search(r"[\u4e00-\u9fff)）”][:,;?!]", text.replace(yaml, ""))] == []


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


# ---------------------------------------------------------------- pages as they are shown

ROLES = ("planner", "auditor", "gulou_firm", "administrator", "newcomer", "anonymous")
PAGES = (
    "/", "/clauses/", "/clauses/1.2/", "/figures/", "/search/?q=x", "/firms/?q=x", "/firms/firm-g/", "/nothing/",
    "/office/", "/office/login/",
    "/office/cockpit/", "/office/clauses/", "/office/clauses/1.2/", "/office/reports/", "/office/indicators/",
    "/office/indicators/provincial_pass_rate/", "/office/indicators/provincial_pass_rate/?by=county",
    "/office/indicators/provincial_pass_rate/records/", "/office/indicators/provincial_pass_rate/last-year/",
    "/office/indicators/provincial_pass_rate/funnel/", "/office/indicators/unknown/",
    "/office/indicators/provincial_pass_rate/?bad=1", "/office/indicators/provincial_pass_rate/?on=x",
    "/office/registry/organisation/nothing/change/", "/search/?bad=1",
)  # fmt: skip
ROUTES = (
    "/api/v1/organisations?bad=1", "/api/v1/organisations?limit=x", "/api/v1/organisations?limit=0",
    "/api/v1/organisations/unknown", "/api/v1/events", "/api/v1/indicators/unknown",
)  # fmt: skip
# Names, codes, file types and what stands in both languages alike.
ALLOWED = re.compile(
    r"English|Banyan|Wilson|Digital Link|Safety Gate|`banyan [a-z ]+`|"
    r"[a-z]+(?:[._/-][a-z0-9]+)+|\b(?:PDF|CSV|XLSX|API|Word|UTF)\b|SHA-256|GB/T|\w*[0-9_*/@]\w*"
)
ENGLISH = re.compile(r"[A-Za-z][A-Za-z’']+(?: [A-Za-z][A-Za-z’']+)+")
CHINESE = re.compile(r"[\u4e00-\u9fff]{2,}")


class Shown(HTMLParser):
    """The texts of a page that a reader sees or hears, each apart; without code, styles and drawings."""

    HIDDEN = frozenset({"script", "style", "code", "pre", "svg", "template"})
    EMPTY = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
    ATTRIBUTES = ("title", "placeholder", "aria-label", "alt")

    def __init__(self, page: str):
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.texts: list[str] = []
        self.feed(page)

    @property
    def hides(self) -> bool:
        return bool(self.open) and self.open[-1][1]

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        hides = self.hides or tag in self.HIDDEN or "material-symbols" in (given.get("class") or "")
        if not hides:
            self.texts += [given[name] for name in self.ATTRIBUTES if given.get(name)]
            if tag == "input" and given.get("type") in ("submit", "button"):
                self.texts.append(given.get("value") or "")
        if tag not in self.EMPTY:
            self.open.append((tag, hides))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if not self.hides and data.strip():
            self.texts.append(" ".join(data.split()))


def get(twins, name: str, address: str, language: str):
    return twins.browser(name).get(address, headers={"accept-language": language})


def texts_of(answer) -> list[str]:
    kind = answer.headers.get("Content-Type", "")
    if kind.startswith("application/problem+json"):
        problem = answer.json()
        told = [problem.get(part, "") for part in ("detail", "asked", "prevents", "instead")]
        return [*told, *(fault["what"] for fault in problem.get("errors", ()))]
    return Shown(answer.content.decode()).texts if kind.startswith("text/html") else []


def sentences(text: str) -> list[str]:
    return ENGLISH.findall(ALLOWED.sub("0", text))


def english_on(twins, addresses, roles=ROLES) -> dict[tuple[str, str], list[str]]:
    """English sentences on pages that were asked for in Chinese, by address and text."""
    data = written_by_people()
    found: dict[tuple[str, str], list[str]] = {}
    for name in roles:
        for address in addresses:
            for text in texts_of(get(twins, name, address, "zh-hans")):
                if text not in data and (said := sentences(text)):
                    found.setdefault((address, text), said)
    return found


def written_by_people() -> set[str]:
    """English names that records carry beside the Chinese ones."""
    named = [model for model in rooms_nouns() if any(field.name == "name_en" for field in model._meta.fields)]
    return {str(name) for model in named for name in model._default_manager.values_list("name_en", flat=True)}


def test_the_reader_of_pages_sees_what_is_shown():
    page = Shown(
        '<p title="Go back">是</p><script>var one = "two words"</script><input type="submit" value="Save it">'
    )

    assert page.texts == ["Go back", "是", "Save it"]
    assert sentences("Nothing waits for you.") == ["Nothing waits for you"]
    assert sentences("inspection.sample_judged · PDF · Word · GB/T 2828 · 榕质 Banyan") == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", ROLES)
def test_pages_in_chinese_hold_no_english_sentence(twins, name):
    assert english_on(twins, PAGES, roles=[name]) == {}


@pytest.mark.django_db
def test_problems_of_the_api_in_chinese_hold_no_english_sentence(twins):
    told = {name: texts_of(get(twins, name, ROUTES[1], "zh-hans")) for name in ("planner", "anonymous")}

    assert all(CHINESE.search(text) for texts in told.values() for text in texts if text)
    assert english_on(twins, ROUTES, roles=("planner", "gulou_firm", "auditor", "anonymous")) == {}


@pytest.mark.django_db
@pytest.mark.parametrize("model", list(office._registry), ids=lambda model: model._meta.label)
def test_lists_records_and_verbs_in_chinese_hold_no_english_sentence(twins, model):
    screen = office._registry[model]
    stem = f"/office/{model._meta.app_label}/{model._meta.model_name}/"
    row = quote(model._default_manager.order_by("pk").first().pk)
    buttons = screen.all_buttons()
    addresses = [stem, f"{stem}?q=zz", f"{stem}{row}/change/"]
    addresses += [f"{stem}new/{one.name}/" for one in buttons if one.where == "list"]
    addresses += [f"{stem}{row}/do/{one.name}/" for one in buttons if one.where != "list"]

    assert english_on(twins, addresses, roles=("planner", "administrator")) == {}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["planner", "anonymous"])
def test_pages_in_english_hold_no_chinese_but_that_of_records(twins, name):
    allowed = {"简体中文", "中文", "榕质"}
    allowed |= {str(value) for model in rooms_nouns() for value in chinese_values(model)}
    found = {}
    for address in PAGES:
        for text in texts_of(get(twins, name, address, "en")):
            rest = text
            for value in sorted(allowed, key=len, reverse=True):
                rest = rest.replace(value, "")
            if said := CHINESE.findall(rest):
                found.setdefault((address, text), said)

    assert found == {}


def chinese_values(model) -> set[str]:
    names = [
        field.attname
        for field in model._meta.concrete_fields
        if field.get_internal_type() in ("CharField", "TextField")
    ]
    rows = model._default_manager.values_list(*names)
    return {value for row in rows for value in row if isinstance(value, str) and CHINESE.search(value)}


def test_every_event_has_a_name_in_words():
    titles = next(screen for screen in office._registry.values() if isinstance(screen, Screen)).titles_of_events

    assert [event for event, verb in sorted(REGISTRY.items()) if not (titles.get(event) or verb.title)] == []


WRITTEN_IN_FREE_WORDS = {"casework.evidence.taken_by"}
"""Fields as long as a user name in which somebody writes a name by hand."""


def test_fields_that_hold_a_user_name_are_shown_as_the_name_of_that_person():
    length = Person._meta.get_field("username").max_length
    held = {
        f"{model.noun}.{field.name}": (model, field.name)
        for model in rooms_nouns()
        for field in model._meta.concrete_fields
        if field.name.endswith("_by") and getattr(field, "max_length", None) == length
    }

    assert {"casework.case.decided_by", "risk.assessment.assessed_by", "lists.listing.approved_by"} <= set(held)
    assert {
        said for said, (model, name) in held.items() if model.spoken.get(name) is not people.named
    } == WRITTEN_IN_FREE_WORDS
