"""The tiny city that tests play in: its registry, and one person per role."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

TODAY = date(2025, 6, 2)

# Who holds which role where, in the city of the fixtures.
HOLDERS = {
    "planner": ("planner", "", ""),
    "officer_gulou": ("county_officer", "region", "/fujian/fuzhou/gulou"),
    "officer_changle": ("county_officer", "region", "/fujian/fuzhou/changle"),
    "sampler": ("sampler", "region", "/fujian/fuzhou/gulou"),
    "east_laboratory": ("laboratory", "laboratory", "lab-e"),
    "west_laboratory": ("laboratory", "laboratory", "lab-w"),
    "gulou_firm": ("firm", "organisation", "firm-g"),
    "changle_firm": ("firm", "organisation", "firm-c"),
    "auditor": ("auditor", "", ""),
    "leader": ("leader", "", ""),
    "administrator": ("administrator", "", ""),
}


def make_city(today: date = TODAY) -> SimpleNamespace:
    """What the fixture `city` holds, for tests that keep it longer than one test."""
    from banyan.base.registry import actions
    from banyan.kit import rights

    start = date(2010, 1, 1)
    do = {"by": rights.System("test"), "on": start}
    region = actions.enter_region
    fujian = region(
        key="fujian",
        path="/fujian",
        level="province",
        name="福建省",
        name_en="Fujian",
        code="350000",
        from_on=start,
        **do,
    )
    fuzhou = region(
        key="fuzhou",
        path="/fujian/fuzhou",
        level="city",
        name="福州市",
        name_en="Fuzhou",
        parent=fujian,
        code="350100",
        from_on=start,
        **do,
    )
    gulou, cangshan, changle = (
        region(key=key, path=f"/fujian/fuzhou/{key}", level="county", name=name, name_en=key.title(),
               parent=fuzhou, code=code, from_on=start, order=order, **do)
        for order, (key, name, code) in enumerate(
            [("gulou", "鼓楼区", "350102"), ("cangshan", "仓山区", "350104"), ("changle", "长乐市", "350182")]
        )
    )  # fmt: skip
    actions.recode_region(region=changle, code="350112", name="长乐区", from_on=date(2017, 11, 1), **do)
    food = actions.enter_industry(code="C14", name="食品制造业", name_en="Manufacture of foods", **do)
    rice = actions.enter_product_class(key="rice", name="大米", name_en="Rice", industry=food, is_food=True, **do)
    helmet = actions.enter_product_class(key="helmet", name="电动自行车头盔", name_en="Helmets", **do)
    software_park = actions.enter_park(key="software", name="软件园", county=gulou, **do)
    textile_park = actions.enter_park(key="textile", name="长乐纺织园", county=changle, **do)
    gulou_firm, changle_firm, east_laboratory, west_laboratory = actions.enter_organisations(
        records=[
            {"key": "firm-g", "name": "福州榕江食品有限公司", "uscc": "91350100MA2T3X0Q68", "county": gulou,
             "park": software_park, "industry": food, "size": "small", "representative": "林小明",
             "registered_on": date(2015, 3, 2), "address": "福州市鼓楼区软件大道1号"},
            {"key": "firm-c", "name": "长乐海帆头盔厂", "uscc": "91350112MA2T3X1R0Q",
             "county": changle, "park": textile_park, "size": "micro", "registered_on": date(2016, 5, 4)},
            {"key": "lab-e", "name": "东方检测中心", "kind": "laboratory", "county": gulou},
            {"key": "lab-w", "name": "西城检验所", "kind": "laboratory", "county": cangshan},
        ],
        **do,
    )  # fmt: skip
    return SimpleNamespace(**{name: value for name, value in locals().items() if name not in {"do", "region"}})


def make_people() -> SimpleNamespace:
    """What the fixture `people` holds, for tests that keep it longer than one test."""
    from django.contrib.auth.models import AnonymousUser

    from banyan.kit.models import Grant, Person

    names = [*HOLDERS, "newcomer"]
    Person.objects.bulk_create(Person(username=name, password="!") for name in names)
    found = {person.username: person for person in Person.objects.filter(username__in=names)}
    Grant.objects.bulk_create(
        Grant(person=found[name], role=role, dimension=dimension, path=path, from_on=date(2020, 1, 1))
        for name, (role, dimension, path) in HOLDERS.items()
    )
    return SimpleNamespace(**found, anonymous=AnonymousUser())
