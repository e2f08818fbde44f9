"""The famous-brands file keeps what its README promises."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from pathlib import Path

import pytest

import touchstone

DATA = Path(touchstone.__file__).parent / "rights" / "data"
FILE = DATA / "famous_brands.csv"
COLUMNS = [
    "brand", "aliases", "short_aliases", "owner", "classes", "reference_price", "currency", "authorised_sellers",
    "generic", "context_for", "context_against", "categories", "models",
]  # fmt: skip
LISTS = ["aliases", "short_aliases", "classes", "context_for", "context_against", "categories", "models"]
CATEGORIES = {
    "accessories", "appliances", "auto_parts", "baby", "bags", "batteries", "cigarettes", "collectables", "condoms",
    "cosmetics", "detergents", "drones", "electronics", "eyewear", "fashion", "fertiliser", "food", "footwear",
    "headphones", "health_food", "infant_formula", "instruments", "jewellery", "kitchenware", "liquor", "luxury",
    "medicine", "memory", "outdoor", "perfume", "pesticides", "phones", "printer_consumables", "razors", "seeds",
    "sneakers", "sports_merchandise", "sportswear", "stationery", "streetwear", "tea", "tools", "toothpaste", "toys",
    "underwear", "watches",
}  # fmt: skip
# Names that more than one brand really uses. All of them stand in `short_aliases`, so that context decides.
SHARED = {"乔丹", "豪雅", "雷达", "史丹利", "stanley", "vw"}
# Words of everyday speech that are names of brands too. None of them may speak for a brand by itself.
ORDINARY = " ".join(
    [
        "apple puma vans converse champion on peak warrior victor wilson head butterfly ping supreme palace",
        "represent essentials undefeated neighborhood undercover obey kapital thrasher coach mulberry celine",
        "diesel guess gap mango polo boss playboy tudor omega zenith citizen orient hamilton fossil pandora",
        "tiffany benefit origins creed aesop mac comfy honor beats marshall canon amazon sharp kingston crucial",
        "transcend brother lenovo acer marvel transformers minions pigeon meiji corona shell continental tesla",
        "ford stanley milwaukee trojan fluke shark ninja thermos yeti patagonia columbia marmot osprey coleman",
        "camel burton keen camper clarks belle daphne triumph jockey barcelona liverpool arsenal chelsea tide",
        "ariel downy comfort finish vanish rejoice safeguard dove lux clear whisper always axe vaseline crest",
        "lion roundup raid parker pilot zebra deli gibson fender lee wrangler aldo kent 苹果 小米 联想 三星 荣耀",
        "真我 一加 回力 飞跃 双星 冠军 鳄鱼 骆驼 老板 美的 小熊 公牛 兄弟 富士 雷达 万国 伯爵 海鸥 好奇 旺旺 舍得",
        "酒鬼 红星 竹叶青 黄鹤楼 明治 大白兔 中华 安利 芭比 风火轮 拉菲 斑马 得力 晨光 派克 舒适 大众 现代 福特",
        "力士 清扬 六神 汰渍 碧浪 奥妙 超能 蓝月亮 爱慕 内外 三枪 鸭鸭 红蜻蜓 太阳神 六福 精工 北面 大鹅 小马",
        "三叶草 日产",
    ]
)


def fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def parts(text: str) -> list[str]:
    return text.split(";") if text else []


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        assert reader.fieldnames == COLUMNS
        return list(reader)


def names(row: dict[str, str]) -> list[str]:
    """The names that find the brand without any context, unless the row is generic."""
    return [row["brand"], *parts(row["aliases"])]


def test_every_row_has_exactly_the_columns(rows):
    assert [r["brand"] for r in rows if None in r or None in r.values()] == []


def test_the_file_is_small_and_holds_enough_brands(rows):
    assert FILE.stat().st_size < 300_000
    assert len(rows) >= 400


def test_every_brand_stands_once(rows):
    brands = [fold(r["brand"]) for r in rows]
    assert sorted({b for b in brands if brands.count(b) > 1}) == []


def test_no_name_is_empty_or_padded(rows):
    for row in rows:
        assert row["brand"], row
        for column in ["brand", "owner"]:
            assert row[column] == row[column].strip(), row
        for column in LISTS:
            assert all(p and p == p.strip() for p in parts(row[column])), (row["brand"], column)


def test_no_list_repeats_itself(rows):
    for row in rows:
        called = [fold(n) for n in [*names(row), *parts(row["short_aliases"])]]
        assert len(called) == len(set(called)), row["brand"]
        for column in LISTS:
            folded = [fold(p) for p in parts(row[column])]
            assert len(folded) == len(set(folded)), (row["brand"], column)


def test_a_name_belongs_to_one_brand_unless_it_is_really_shared(rows):
    owners: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for name in [*names(row), *parts(row["short_aliases"]), *parts(row["models"])]:
            owners[fold(name)].add(row["brand"])
    assert {name for name, brands in owners.items() if len(brands) > 1} == SHARED


def test_a_shared_name_always_needs_context(rows):
    assert [n for r in rows for n in names(r) if fold(n) in SHARED] == []


def test_classes_are_nice_classes(rows):
    for row in rows:
        assert row["classes"], row["brand"]
        assert all(re.fullmatch(r"[1-9]\d?", c) and int(c) <= 45 for c in parts(row["classes"])), row["brand"]


def test_every_price_is_positive_and_has_a_currency(rows):
    for row in rows:
        assert bool(row["reference_price"]) == bool(row["currency"]), row["brand"]
        if row["reference_price"]:
            assert re.fullmatch(r"[1-9]\d*", row["reference_price"]), row["brand"]
            assert row["currency"] == "CNY", row["brand"]


def test_nobody_is_authorised_by_this_file(rows):
    assert [r["brand"] for r in rows if r["authorised_sellers"]] == []


def test_most_brands_have_a_chinese_name(rows):
    han, kana = re.compile("[\u4e00-\u9fff]"), re.compile("[\u3040-\u30ff]")
    chinese = [
        r for r in rows if any(han.search(n) and not kana.search(n) for n in [*names(r), *parts(r["short_aliases"])])
    ]
    assert len(chinese) / len(rows) >= 0.6


def test_every_category_is_covered_by_several_brands(rows):
    count: dict[str, int] = defaultdict(int)
    for row in rows:
        assert row["categories"], row["brand"]
        for category in parts(row["categories"]):
            count[category] += 1
    assert set(count) == CATEGORIES
    assert {c: n for c, n in count.items() if n < 3} == {}


def test_generic_is_yes_or_empty(rows):
    assert {r["generic"] for r in rows} == {"yes", ""}


def test_an_ordinary_word_never_speaks_for_a_brand_by_itself(rows):
    ordinary = {fold(word) for word in ORDINARY.split()}
    plain = {n for r in rows if not r["generic"] for n in names(r) if fold(n) in ordinary}
    assert plain == set()
    known = {fold(n) for r in rows for n in [*names(r), *parts(r["short_aliases"])]}
    assert sorted(ordinary - known) == []


def test_a_short_latin_alias_stands_in_short_aliases(rows):
    short = re.compile(r"[\x21-\x7e ]{1,3}")
    assert [a for r in rows for a in parts(r["aliases"]) if short.fullmatch(a)] == []


def test_a_brand_of_one_or_two_letters_is_generic(rows):
    assert [r["brand"] for r in rows if len(r["brand"]) < 3 and not r["generic"]] == []


def test_an_ambiguous_brand_has_words_for_and_against(rows):
    ambiguous = [r for r in rows if r["generic"] or r["short_aliases"]]
    assert [r["brand"] for r in ambiguous if not (r["context_for"] and r["context_against"])] == []


def test_a_brand_with_models_has_words_for_it(rows):
    assert [r["brand"] for r in rows if r["models"] and not r["context_for"]] == []


def test_no_word_speaks_both_for_and_against(rows):
    for row in rows:
        both = set(map(fold, parts(row["context_for"]))) & set(map(fold, parts(row["context_against"])))
        assert not both, (row["brand"], both)


def test_a_word_against_a_brand_is_never_one_of_its_sure_names(rows):
    for row in rows:
        if not row["generic"]:
            assert not {fold(n) for n in names(row)} & set(map(fold, parts(row["context_against"]))), row["brand"]


def test_well_known_nicknames_and_lines_lead_to_their_brand(rows):
    found = {fold(n): r["brand"] for r in rows for c in ["aliases", "short_aliases", "models"] for n in parts(r[c])}
    expected = {
        "LV": "Louis Vuitton", "YSL": "Saint Laurent", "TNF": "The North Face", "AJ": "Jordan", "阿迪": "adidas",
        "始祖鸟": "Arc'teryx", "飞天茅台": "Moutai", "Yeezy": "adidas", "AF1": "Nike", "Birkin": "Hermès",
        "Submariner": "Rolex", "iPhone": "Apple", "PlayStation": "Sony", "Labubu": "Pop Mart", "戴森": "Dyson",
    }  # fmt: skip
    assert {name: found.get(fold(name)) for name in expected} == expected


def test_the_readme_names_every_column():
    text = (DATA / "README.md").read_text(encoding="utf-8")
    assert [c for c in COLUMNS if f"`{c}`" not in text] == []
