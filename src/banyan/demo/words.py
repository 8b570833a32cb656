"""Invented names of firms, people, brands and goods: built from lists of characters, none taken from a register."""

from __future__ import annotations

import random as chance
from collections.abc import Callable

# Characters that sound well and are rarely seen together in a real firm's name.
CHARACTERS = "棠筠岫霁芷翊砚澹珩霄蘅桢岚泠湉昀栩峤沅璟隽漪晞籁骧嵘柘浔菘葭槿薇蓁芃苓荻蕖萱茗笙箬篁簌粲绾翎翯耘聿舒艇"
FAMILY_NAMES = "陈林黄郑张李王吴刘蔡杨许叶苏曾郭谢赖潘江何余罗高程戴游邱卓阮翁魏施庄柯温兰池邵俞"
TRADES_OF_MAKERS = (
    "食品", "电器", "纺织", "家居", "建材", "塑胶", "机械", "电子", "化工", "五金", "玩具", "日用品", "鞋服", "包装",
)  # fmt: skip
TRADES_OF_SELLERS = ("商贸", "超市", "百货", "便利店", "食品店", "建材商行", "电器商行", "餐饮店", "服装店")
FORMS = {"enterprise": "有限公司", "cooperative": "专业合作社", "sole_trader": ""}
PARK_KINDS = ("工业园", "产业园", "科技园", "食品产业园", "纺织工业园", "创新园")

FOODS = (
    ("大米", "rice"), ("面粉", "wheat flour"), ("食用植物油", "edible oil"), ("酱油", "soy sauce"),
    ("食醋", "vinegar"), ("鱼丸", "fish balls"), ("肉燕", "meat wontons"), ("茉莉花茶", "jasmine tea"),
    ("白茶", "white tea"), ("糕点", "pastry"), ("饼干", "biscuits"), ("膨化食品", "puffed snacks"),
    ("蜜饯", "candied fruit"), ("酱腌菜", "pickles"), ("豆制品", "bean products"), ("米粉", "rice noodles"),
    ("粉干", "vermicelli"), ("果汁饮料", "fruit drinks"), ("包装饮用水", "bottled water"),
    ("黄酒", "rice wine"), ("白酒", "spirits"), ("乳制品", "dairy products"), ("冷冻饮品", "frozen desserts"),
    ("熟肉制品", "cooked meat"), ("干海产品", "dried seafood"),
)  # fmt: skip
KINDS_OF_FOOD = (("预包装", "packaged"), ("散装", "loose"), ("有机", "organic"), ("速冻", "frozen"))
GOODS = (
    ("插座", "sockets", "C38"), ("电线电缆", "cables", "C38"), ("电饭锅", "rice cookers", "C38"),
    ("电热水壶", "kettles", "C38"), ("电风扇", "fans", "C38"), ("灯具", "lamps", "C38"),
    ("移动电源", "power banks", "C39"), ("充电器", "chargers", "C39"), ("耳机", "earphones", "C39"),
    ("童装", "children's clothes", "C18"), ("羽绒服", "down jackets", "C18"), ("内衣", "underwear", "C18"),
    ("床上用品", "bedding", "C17"), ("毛巾", "towels", "C17"), ("经编布", "warp-knitted cloth", "C17"),
    ("运动鞋", "sports shoes", "C19"), ("皮鞋", "leather shoes", "C19"), ("箱包", "bags", "C19"),
    ("木家具", "wooden furniture", "C21"), ("软体家具", "upholstered furniture", "C21"),
    ("人造板", "wood panels", "C20"), ("地板", "floorboards", "C20"), ("生活用纸", "tissue paper", "C22"),
    ("作业本", "exercise books", "C23"), ("玩具", "toys", "C24"), ("童车", "prams", "C24"),
    ("学生文具", "stationery", "C24"), ("车用汽油", "petrol", "C25"), ("润滑油", "lubricants", "C25"),
    ("涂料", "paint", "C26"), ("洗涤剂", "detergents", "C26"), ("化肥", "fertiliser", "C26"),
    ("胶粘剂", "adhesives", "C26"), ("塑料管", "plastic pipes", "C29"), ("食品用塑料袋", "food bags", "C29"),
    ("轮胎", "tyres", "C29"), ("水泥", "cement", "C30"), ("陶瓷砖", "ceramic tiles", "C30"),
    ("钢化玻璃", "toughened glass", "C30"), ("钢筋", "reinforcing steel", "C31"),
    ("铝型材", "aluminium profiles", "C32"), ("防盗门", "security doors", "C33"), ("锁具", "locks", "C33"),
    ("水龙头", "taps", "C33"), ("燃气灶", "gas cookers", "C33"), ("阀门", "valves", "C34"),
    ("水泵", "pumps", "C34"), ("头盔", "helmets", "C41"), ("电动自行车", "electric bicycles", "C37"),
    ("电能表", "electricity meters", "C40"),
)  # fmt: skip
KINDS_OF_GOODS = (("家用", "household"), ("商用", "commercial"), ("便携式", "portable"), ("儿童", "children's"))


class Names:
    """Gives each name once, in an order that only the generator's seed decides."""

    def __init__(self, random: chance.Random):
        self.random = random
        self._given: set[str] = set()

    def firm(self, *, kind: str, place: str, is_seller: bool) -> str:
        """A firm's name: place, three invented characters, trade, legal form."""
        trades = TRADES_OF_SELLERS if is_seller else TRADES_OF_MAKERS
        return self._once(
            lambda: f"{place}{self._characters(3)}{trades[self._below(len(trades))]}{FORMS.get(kind, '')}"
        )

    def brand(self) -> str:
        """A brand of two invented characters."""
        return self._characters(2)

    def person(self) -> str:
        """A person's name of three characters."""
        return FAMILY_NAMES[self._below(len(FAMILY_NAMES))] + self._characters(2)

    def park(self, place: str) -> str:
        """A park's name."""
        return self._once(lambda: place + self._characters(2) + PARK_KINDS[self._below(len(PARK_KINDS))])

    def _once(self, make: Callable[[], str]) -> str:
        while (name := make()) in self._given:
            pass
        self._given.add(name)
        return name

    def _characters(self, count: int) -> str:
        return "".join(self.random.choices(CHARACTERS, k=count))

    def _below(self, most: int) -> int:
        return int(self.random.random() * most)


def product_classes(count: int) -> list[tuple[str, str, str, bool]]:
    """(name, English name, industry, whether food) of classes, a third of them food."""
    foods = [
        (kind + name, f"{kind_en} {name_en}", "C15" if name.endswith(("茶", "酒", "水", "饮料")) else "C14", True)
        for kind, kind_en in KINDS_OF_FOOD
        for name, name_en in FOODS
    ]
    goods = [
        (kind + name, f"{kind_en} {name_en}", industry, False)
        for kind, kind_en in KINDS_OF_GOODS
        for name, name_en, industry in GOODS
    ]
    third = max(2, count // 3)
    return foods[:third] + goods[: count - third]
