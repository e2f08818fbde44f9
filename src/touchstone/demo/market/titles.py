"""Titles and descriptions as marketplace sellers write them, in Chinese and in English."""

from __future__ import annotations

import random

from touchstone.demo.market.goods import COLOUR_SENSE, COLOURS_EN, COLOURS_ZH, Goods

_PROMO_ZH = ("【包邮】", "限时特价", "清仓", "直播间专享", "2件8折", "爆款", "热卖", "2026新款", "新品", "夏季", "秋冬", "春秋款", "亏本清仓", "断码特价",
             "老客专享", "开学季", "双11同价", "买一送一", "☆新款☆", "现货", "官方正品", "工厂直销")
_PROMO_EN = ("New", "2026 New Arrival", "Hot Sale", "Free Shipping", "Clearance", "Limited", "Best Seller", "Original", "Wholesale")
_WHO_ZH = ("男", "女", "男士", "女士", "男女同款", "儿童", "学生", "情侣", "中老年", "女生", "男生", "妈妈")
_WHO_EN = ("for Men", "for Women", "Unisex", "for Kids", "Men's", "Women's", "for Girls")
_TAIL_ZH = ("顺丰包邮", "七天无理由", "支持专柜验货", "送运费险", "假一赔十", "可开发票", "24小时发货", "不议价", "拍下改价", "送礼盒", "有质量问题包退", "可批发")
_TAIL_EN = ("Free Returns", "Fast Shipping", "In Stock", "Gift", "with Box", "1pc", "2 Pack", "High Quality")
_HOUSE_ZH = "曼诗途跃娅伊黎卡菲柏莎可朵米洛姿韵森恋雅尚欧贝依蔓奥维斯迪格名思凡盛泰安乐佳逸"
_HOUSE_EN_A = ("Vel", "Zor", "Lum", "Tri", "Kav", "Mer", "Nor", "Pel", "Fen", "Bri", "Ost", "Quin", "Dal", "Ely", "Wex", "Hov")
_HOUSE_EN_B = ("nora", "vix", "tano", "lio", "mont", "sco", "dea", "fy", "well", "zen", "mark", "line", "kin", "ova")

REPLICA_ZH = ("高仿", "1:1", "复刻", "超A", "A货", "原单", "尾单", "莆田", "顶级版本", "纯原", "真标", "精仿", "一比一", "外贸原单", "公司级", "专柜品质", "PK版本",
              "G5版本", "ZP品质", "过验货", "工厂尾货", "剪标")
REPLICA_EN = ("replica", "1:1", "AAA quality", "mirror quality", "top quality batch", "UA", "best batch", "1:1 batch", "factory overrun",
              "premium quality batch", "reps", "super copy", "inspired")
STYLE_ZH = ("大牌同款", "ins风", "小香风", "轻奢", "明星同款", "法式高级感", "欧美大牌风", "老钱风", "网红同款", "贵妇风", "美拉德", "博主推荐")
STYLE_EN = ("designer style", "luxury style", "celebrity style", "old money style", "runway inspired", "french chic")
_PARALLEL_ZH = ("美版", "日版", "韩版", "港版", "欧洲代购", "海外直邮", "保税仓发货", "免税店", "奥莱", "国外专柜", "日本采购", "美国代购", "平行进口")
_PARALLEL_EN = ("EU version", "Japan import", "US version", "duty free", "outlet", "imported", "overseas stock")
_USED_ZH = ("二手", "95新", "9成新", "99新", "闲置", "中古", "转让", "只穿过一次", "自用闲置", "vintage 中古", "未拆封闲置", "孤品")
_USED_EN = ("pre-owned", "second hand", "used", "vintage", "worn once", "open box", "refurbished", "gently used")
_FITS_ZH = ("适用{b}", "适用于{b}", "适配{b}", "兼容{b}", "{b}专用", "通用{b}", "{b}适用")
_FITS_EN = ("for {b}", "compatible with {b}", "fits {b}", "replacement for {b}", "case for {b}")
_FAN_ZH = ("{b}粉丝自制贴纸", "{b}主题手账贴", "{b}同人插画海报", "{b}爱好者钥匙扣 手工", "{b}元素装饰画", "{b}广告海报 复古铁皮画", "{b}历史 图书", "{b}拼豆图纸")
_FAN_EN = ("{b} fan art sticker pack", "{b} inspired wall poster", "{b} fan made keychain", "unofficial {b} history book", "{b} pixel art pattern",
           "vintage {b} advert metal sign")
SERVICE_ZH = ("补差价专拍链接", "运费补拍 勿单拍", "邮费链接 拍前联系客服", "打包代发服务 一件代发", "仓储分拣 代打单", "VIP专拍", "会员尾款链接", "差多少拍多少")
_HONEST_ZH = ("实物拍摄，颜色以实物为准。", "支持七天无理由退换。", "厂家直供，品质保证。", "尺码偏小建议拍大一码。", "默认发中通，偏远地区补邮费。", "质量问题包退换。",
              "当天16点前下单当天发货。", "面料舒适，做工精细。", "送礼自用都合适。", "如有疑问请联系客服。", "可开具发票。", "本店支持实体店验货。")
_HONEST_EN = ("Please check the size chart before ordering.", "Ships within 24 hours.", "30-day returns accepted.", "Colour may differ slightly from the photo.",
              "Good quality for daily use.", "Contact us with any question.", "Packed with care.", "Great gift idea.")
_SLY_ZH = ("懂的来，不解释，细节对比专柜。", "全套包装，小票手提袋齐全，可过专柜。", "品质好到没朋友，客服发细节图。", "因平台原因不能打标，介意勿拍。", "图片打码，实物有标。",
           "代工厂流出，同一条生产线。", "不接受鉴定，非诚勿扰。", "版本对比请加客服微信。", "主图不露标，放心下单。")
_SLY_EN = ("Logo is covered in the photos, the item has it.", "Same factory, same material, full set of packaging.", "QC pictures before shipping.",
           "No authentication service please.", "Message us for the real photos.", "You know what it is.")
_PARALLEL_NOTE_ZH = ("海外专柜采购，可提供购物小票。", "正品保证，支持鉴定，非官方授权渠道。", "国外原装，无中文标签属正常。", "绝对不是假货，假一罚十。")
_USED_NOTE_ZH = ("个人闲置，正品购于专柜，有使用痕迹。", "成色见图，二手不退不换。", "支持平台鉴定，不是高仿，放心。", "换季清衣柜，低价出。")


def house_brand(rnd: random.Random, english: bool) -> str:
    """An invented name for goods that carry no famous brand."""
    if english:
        return rnd.choice(_HOUSE_EN_A) + rnd.choice(_HOUSE_EN_B)
    return "".join(rnd.sample(_HOUSE_ZH, rnd.choice((2, 3, 3))))


def title(rnd: random.Random, goods: Goods, subject: str, english: bool, words: tuple[str, ...] = ()) -> str:
    """A title for `goods`: `subject` (a brand and model as written, or nothing) set among the usual words, and `words` too."""
    return _english(rnd, goods, subject, words) if english else _chinese(rnd, goods, subject, words)


def _chinese(rnd: random.Random, goods: Goods, subject: str, words: tuple[str, ...]) -> str:
    middle = [rnd.choice(goods.nouns_zh), *rnd.sample(goods.looks_zh, rnd.choice((1, 2, 2, 3)))]
    if rnd.random() < 0.55:
        middle.append(rnd.choice(_WHO_ZH))
    if goods.key in COLOUR_SENSE and rnd.random() < 0.45:
        middle.append(rnd.choice(COLOURS_ZH))
    if rnd.random() < 0.35:
        middle.append(rnd.choice(goods.nouns_zh))
    if rnd.random() < 0.4:
        middle.append(rnd.choice(goods.sizes))
    middle.extend(words)
    rnd.shuffle(middle)
    head = [rnd.choice(_PROMO_ZH)] if rnd.random() < 0.4 else []
    at = 0 if rnd.random() < 0.75 else rnd.randint(0, len(middle))
    middle.insert(at, subject)
    tail = [rnd.choice(_TAIL_ZH)] if rnd.random() < 0.3 else []
    joint = "" if rnd.random() < 0.45 else " "
    return joint.join(part for part in (*head, *middle, *tail) if part)


def _english(rnd: random.Random, goods: Goods, subject: str, words: tuple[str, ...]) -> str:
    parts = [rnd.choice(_PROMO_EN)] if rnd.random() < 0.3 else []
    looks = [look.title() if rnd.random() < 0.7 else look for look in rnd.sample(goods.looks_en, rnd.choice((1, 2, 2, 3)))]
    core = [subject, *looks, rnd.choice(goods.nouns_en).title() if rnd.random() < 0.7 else rnd.choice(goods.nouns_en)]
    if rnd.random() < 0.15:
        core.append(core.pop(0))
    parts += core
    extra = [*words]
    if rnd.random() < 0.5:
        extra.append(rnd.choice(_WHO_EN))
    if goods.key in COLOUR_SENSE and rnd.random() < 0.5:
        extra.append(rnd.choice(COLOURS_EN))
    if rnd.random() < 0.25:
        extra.append(rnd.choice(_TAIL_EN))
    if rnd.random() < 0.25 and goods.sizes[0]:
        extra.append(f"Size {rnd.choice(goods.sizes[:6])}")
    rnd.shuffle(extra)
    return " ".join(part for part in (*parts, *extra) if part)


def parallel(rnd: random.Random, english: bool) -> tuple[str, ...]:
    """Words of honest parallel imports."""
    return tuple(rnd.sample(_PARALLEL_EN if english else _PARALLEL_ZH, rnd.choice((1, 1, 2))))


def used(rnd: random.Random, english: bool) -> tuple[str, ...]:
    """Words of second-hand goods."""
    return tuple(rnd.sample(_USED_EN if english else _USED_ZH, rnd.choice((1, 2))))


def replica(rnd: random.Random, english: bool) -> tuple[str, ...]:
    """Words by which sellers of replicas are found."""
    return tuple(rnd.sample(REPLICA_EN if english else REPLICA_ZH, rnd.choice((1, 1, 2))))


def fits(rnd: random.Random, brand: str, goods: Goods, english: bool) -> str:
    """An accessory that says which brand's goods it fits."""
    extra = rnd.choice(goods.extras_en if english else goods.extras_zh)
    phrase = rnd.choice(_FITS_EN if english else _FITS_ZH).format(b=brand)
    look = rnd.choice(goods.looks_en if english else goods.looks_zh)
    parts = [extra, phrase, look] if english else [phrase, look, extra]
    if not english and rnd.random() < 0.4:
        parts.append(rnd.choice(_TAIL_ZH))
    return " ".join(parts) if english or rnd.random() < 0.5 else "".join(parts)


def fan(rnd: random.Random, brand: str, english: bool) -> str:
    """Something made by or for people who love a brand; not the brand's goods."""
    if english:
        return rnd.choice(_FAN_EN).format(b=brand)
    return rnd.choice(_FAN_ZH).format(b=brand) + rnd.choice(("", " 装饰", " 周边", " 小众", " 礼物"))


def describe(rnd: random.Random, use: str, fake: bool, english: bool) -> str:
    """A description of none to three sentences; sellers of fakes sometimes say more than they should."""
    if rnd.random() < 0.25:
        return ""
    lines = rnd.sample(_HONEST_EN if english else _HONEST_ZH, rnd.choice((1, 2, 2, 3)))
    if fake and rnd.random() < 0.3:
        lines.append(rnd.choice(_SLY_EN if english else _SLY_ZH))
    elif not english and use in {"parallel_import", "second_hand"} and rnd.random() < 0.6:
        lines.append(rnd.choice(_PARALLEL_NOTE_ZH if use == "parallel_import" else _USED_NOTE_ZH))
    return (" " if english else "").join(lines)
