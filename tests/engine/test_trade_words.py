"""Words of the trade in copies: what they are, what else they may mean, and how they are shown."""

from __future__ import annotations

import pytest
from engine_tables import listings_table

from touchstone.bench.screen import rights_table as famous_brands
from touchstone.engine.screen import Screener


@pytest.fixture(scope="module")
def famous() -> Screener:
    return Screener(famous_brands())


def screened(famous: Screener, title: str) -> dict:
    return famous.screen(listings_table(title)).to_pylist()[0]


@pytest.mark.parametrize(
    "title",
    [
        "高仿真花 绢花 客厅装饰",
        "仿真花束 高仿真绿植盆栽",
        "A货车轮胎 12.00R20 全钢",
        "翡翠手镯 天然A货 冰种",
        "缅甸玉 A货 证书",
        "莆田市特产 桂圆干 500g",
        "复刻唱片 黑胶 LP",
        "1:1 scale diecast model car",
        "奢侈品真假鉴别课程 高仿识别方法",
        "如何辨别真假LV 鉴定教程 书",
        "过验收 消防器材",
        "5L家用油桶 塑料",
        "sales rep handbook",
        "small batch bourbon whiskey",
        "gym reps counter",
        "假一赔十 正品保证 毛巾",
        "Canada Goose decoy hunting 12 pack",
        "Dior口红 999 中小样 正装",
        "hyper x cloud headset",
        "24 hour sports watch alarm",
        "椰子油 500ml 海南",
        "新鲜老椰子 4个 海南特产",
        "小香风外套 女 秋冬",
        "小香薰 卧室 香囊",
        "老花眼镜 男 高清",
    ],
)
def test_an_honest_use_of_the_word_passes(famous, title):
    assert screened(famous, title)["verdict"] == "pass"


@pytest.mark.parametrize(
    "title",
    [
        "某奈儿 高级感 链条包 专柜品质",
        "大牌同款 L家老花托特包 原单",
        "L家 neverfull 原单皮",
        "某家 经典款 菱格包 原厂皮 1:1",
        "椰子350 纯原 莆田",
        "yeezy 350 og batch",
        "华强北 AirPods Pro 二代 顶配",
        "莆田 AJ1 复刻 过验",
        "C货 LV 包包",
        "劳力士 绿水鬼 N厂 一比一",
        "ROLEX submariner clean factory v4",
        "AJ4 LJR batch",
        "AF1 budget batch",
        "Dior B23 mirror quality",
        "LV wallet 1:1 top quality",
        "reps nike dunk panda",
        "顶级复刻 香奈儿 cf",
        "頂級復刻 劳力士 手表",
        "古驰老花 托特 原版皮",
        "巴黎世家 老爹鞋 公司级",
        "LV 包 可过专柜",
    ],
)
def test_what_the_trade_says_of_copies_does_not_pass(famous, title):
    assert screened(famous, title)["verdict"] != "pass"


@pytest.mark.parametrize(
    ("title", "brand"),
    [
        ("椰子 350 v2 男女鞋", "adidas"),
        ("Yeezy slide 45", "adidas"),
        ("小香 链条包 羊皮", "Chanel"),
        ("驴包 老花 托特", "Louis Vuitton"),
        ("古驰 腰带 男", "Gucci"),
        ("Jordan 4 retro", "Jordan"),
        ("Air Max 95 neon", "Nike"),
    ],
)
def test_nicknames_are_names(famous, title, brand):
    assert brand in screened(famous, title)["brands"]


def test_a_reason_shows_the_word_as_the_seller_wrote_it(famous):
    texts = " ".join(r["text"] for r in screened(famous, "Nike Ａ货 LJR Batch sneakers")["reasons"])
    assert "Ａ货" in texts
    assert "LJR Batch" in texts


@pytest.mark.parametrize(("title", "hidden"), [("go pro hero 9 camera", False), ("g.o.p.r.o hero camera", True)])
def test_a_name_written_as_two_words_hides_nothing(famous, title, hidden):
    row = screened(famous, title)
    assert row["brands"] == ["GoPro"]
    assert ("rule:brand-in-disguise" in {r["signal"] for r in row["reasons"]}) is hidden


@pytest.mark.parametrize(
    "title",
    [
        "اديداس حذاء رياضي نسخة طبق الأصل",
        "ナイキ スニーカー スーパーコピー",
        "나이키 운동화 짝퉁",
        "кроссовки адидас люкс копия",
        "รองเท้า nike งานก๊อป",
    ],
)
def test_the_trade_speaks_other_languages(famous, title):
    assert screened(famous, title)["verdict"] != "pass"


@pytest.mark.parametrize(
    "title",
    [
        "Canon コピー用紙 A4 500枚",
        "나이키 유니폼 정품",
        "Запчасть Bosch оригинал, не подделка",
        "нескользящий коврик Nike",
    ],
)
def test_honest_titles_of_other_languages_pass(famous, title):
    assert screened(famous, title)["verdict"] == "pass"


@pytest.mark.parametrize("title", ["L0uis Vuitton bag", "New Ba1ance 574", "Canada G0ose parka", "L0uis-Vuitton bag"])
def test_a_digit_in_a_name_of_two_words_hides_nothing(famous, title):
    found = screened(famous, title)
    assert found["verdict"] != "pass"
    assert [m["technique"] for m in found["matches"]] == ["leet"]
