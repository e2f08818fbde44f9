"""What buyers write: refunds with reasons, complaints and reviews, in Chinese and English."""

from __future__ import annotations

import random

REASONS = ("quality", "not_received", "no_reason", "fake", "not_as_described", "other")

_REASON_ZH = {
    "quality": ("开胶了", "线头很多，做工差", "用了两天就坏了", "有色差有瑕疵", "味道太大", "收到就是坏的", "缝线歪了", "漏液", "充不进电"),
    "not_received": ("一直没收到货", "物流不动了", "显示签收但我没收到", "快递丢件", "不发货", "催了好几次都不发货"),
    "no_reason": ("不想要了", "七天无理由", "拍错了", "尺码不合适", "买多了", "不喜欢", "家里已经有了"),
    "fake": ("假货", "怀疑是假货", "去专柜验过了是假的", "和正品对比不一样，假的", "平台鉴定不通过", "盗版", "防伪码查不到", "扫码查不到，不是正品", "高仿"),
    "not_as_described": ("与描述不符", "颜色和图片不一样", "少发配件", "发错货", "尺寸不对", "材质不是真皮", "容量不对"),
    "other": ("客服态度差", "运费问题", "发票没开", "价格降了不退差", "其他"),
}
_REASON_EN = {
    "quality": ("Broke after two days", "Poor stitching", "Arrived damaged", "Bad smell", "Does not charge", "Defective"),
    "not_received": ("Never arrived", "Tracking stopped", "Marked delivered but not received", "Seller did not ship"),
    "no_reason": ("Changed my mind", "Ordered by mistake", "Does not fit", "No longer needed"),
    "fake": ("Counterfeit", "This is fake", "Not original", "Failed authentication", "Serial number not valid", "Not genuine"),
    "not_as_described": ("Not as described", "Wrong colour", "Missing parts", "Wrong size sent", "Different material"),
    "other": ("Rude seller", "Shipping fee issue", "No invoice", "Other"),
}
_OPEN_ZH = ("", "", "", "等了几天，", "第二次买了，", "给老公买的，", "朋友推荐的，", "双十一买的，", "看评价买的，", "刚收到，", "用了一周来评价，", "送人的，", "追评：")
_GOOD_ZH = ("质量很好", "性价比高", "穿着舒服", "颜色好看", "包装完好", "物流很快", "和图片一样", "客服耐心", "很喜欢", "做工不错", "值得购买", "大小合适",
            "味道好闻", "已经回购", "好评", "孩子很喜欢", "手感很好", "没有异味")
_MIXED_ZH = ("一般般", "凑合用", "对得起这个价", "颜色有点偏", "尺码偏小", "物流慢了点", "包装简陋", "没有想象的好", "还行吧")
_BAD_ZH = ("太差了", "不推荐", "质量堪忧", "掉色", "做工粗糙", "退货还要自己出运费", "客服不理人", "和描述不符", "失望", "再也不买了", "开线了")
_FAKE_ZH = ("是假货", "感觉是假的", "专柜对比过了，明显仿品", "拿去鉴定，假的", "假货，大家别买", "logo 都歪了，不是正品", "防伪码扫不出来", "跟我之前在专柜买的完全不一样",
            "盒子印刷模糊，肯定是仿的", "说是正品，其实是高仿", "一闻就知道不是真的", "假一赔十？赔我啊", "走线和正品差太多")
_HAPPY_FAKE_ZH = ("跟专柜的一模一样", "这个价位还要啥自行车", "细节到位，朋友没看出来", "版型很正", "这批次做工不错", "比上次那家的版本好", "懂的都懂", "性价比无敌")
_NOT_FAKE_ZH = ("绝对不是假货", "之前担心是假货，收到放心了", "专柜验过，是正品", "不是高仿，支持", "扫码验证了是真的，不是假的", "有人说是假货，我觉得不像", "对比过不是仿的",
                "怕买到假货，结果是正品")
_OPEN_EN = ("", "", "", "Second time I buy this. ", "Arrived today. ", "Bought it as a gift. ", "After a week: ", "My son loves it. ")
_GOOD_EN = ("Great quality", "Exactly as in the photos", "Fast shipping", "Very comfortable", "Good value", "Love it", "Nice colour", "Would buy again")
_MIXED_EN = ("It is okay", "Runs small", "Average quality", "Slow shipping", "Colour is a bit off")
_BAD_EN = ("Very disappointed", "Fell apart", "Cheap material", "Waste of money", "Seller does not answer", "Not like the picture")
_FAKE_EN = ("It is fake", "Not original, do not buy", "Compared with the one from the store, this is a counterfeit", "Logo is wrong, clearly a knock off",
            "Serial number does not exist", "Smells nothing like the real one", "Failed the authenticity check")
_HAPPY_FAKE_EN = ("Looks just like retail", "Nobody can tell", "Great batch", "Best version for the price", "QC was spot on")
_NOT_FAKE_EN = ("Not fake at all, checked at the store", "I was afraid it is a fake but it is authentic", "Definitely genuine, no fake",
                "People say fake but the code checks out")


def reason_text(rnd: random.Random, reason: str, english: bool, complaint: bool) -> str:
    """What a buyer writes with a refund or complaint for `reason`; a third of refunds carry no words."""
    if not complaint and rnd.random() < 0.33:
        return ""
    text = rnd.choice((_REASON_EN if english else _REASON_ZH)[reason])
    if complaint:
        return f"{text}. Please look into this seller." if english else f"{text}，{rnd.choice(('要求平台介入', '商家不处理', '要求退一赔三', '请核实', '不给退款'))}"
    return text


def review_text(rnd: random.Random, rating: int, claim: str, english: bool) -> str:
    """A review. `claim`: "fake" (says it is), "not_fake" (speaks of fakes and denies it), "happy" (glad of a good copy), or ""."""
    pools = ((_FAKE_EN, _NOT_FAKE_EN, _HAPPY_FAKE_EN, _GOOD_EN, _MIXED_EN, _BAD_EN, _OPEN_EN) if english
             else (_FAKE_ZH, _NOT_FAKE_ZH, _HAPPY_FAKE_ZH, _GOOD_ZH, _MIXED_ZH, _BAD_ZH, _OPEN_ZH))
    fake, not_fake, happy, good, mixed, bad, opening = pools
    usual = good if rating >= 4 else mixed if rating == 3 else bad
    said = {"fake": fake, "not_fake": not_fake, "happy": happy}.get(claim)
    parts = [rnd.choice(said)] if said else []
    if not parts or rnd.random() < 0.5:
        parts.append(rnd.choice(usual))
    if rnd.random() < 0.4:
        parts.append(rnd.choice(usual))
    rnd.shuffle(parts)
    joint, stop = (". ", ".") if english else ("，", rnd.choice(("", "。", "！", "~")))
    return rnd.choice(opening) + joint.join(dict.fromkeys(parts)) + stop
