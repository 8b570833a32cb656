"""Small invented files of other offices, and the worker run at once."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

FOOD = ("样品名称", "标称生产企业名称", "被抽样单位", "生产日期", "批号", "检验项目", "单位", "检验结果", "标准值",
        "判定", "公布单位", "公布日期")  # fmt: skip
PASSED = {
    "样品名称": "榕城挂面", "标称生产企业名称": "榕江面业", "被抽样单位": "南街超市", "生产日期": "2025-01-05",
    "批号": "A1", "判定": "合格", "公布单位": "某市市场监督管理局", "公布日期": "2025-05-05",
}  # fmt: skip
FAILED = PASSED | {
    "样品名称": "桂圆干", "检验项目": "菌落总数", "单位": "CFU/g", "检验结果": "12000", "标准值": "≤1000",
    "判定": "不合格",
}  # fmt: skip
FIRMS = ("企业名称", "统一社会信用代码", "注册地址")
FIRM = {
    "企业名称": "福州闽江豆制品厂",
    "统一社会信用代码": "91350100MA2T3X2W05",
    "注册地址": "福建省福州市鼓楼区一路1号",
}


def table(rows, columns=FOOD, *, encoding="utf-8-sig", name="food.csv"):
    """A file as a browser sends it, of rows given by their columns."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return SimpleUploadedFile(name, text.getvalue().encode(encoding))


@pytest.fixture(autouse=True)
def at_once(settings, tmp_path):
    """Tasks are done when they are handed over, and files lie where nothing else does."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.BANYAN_DATA_DIR = tmp_path


@pytest.fixture
def browser(people, city):
    """A browser in which a person of the town is signed in."""

    def signed_in(name):
        client = Client(headers={"accept-language": "en"})
        client.force_login(getattr(people, name))
        return client

    return signed_in
