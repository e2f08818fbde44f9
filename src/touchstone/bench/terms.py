"""Made-up names to measure with: as many as asked for, Chinese and Latin, with the lengths that brands have."""

from __future__ import annotations

import random
from itertools import product

_ONSETS = ("b", "br", "c", "d", "f", "g", "gr", "k", "l", "m", "n", "p", "r", "s", "st", "t", "tr", "v", "z")
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ea")
_CODAS = ("", "n", "r", "s", "x", "l")
# Characters that brands are written with.
_HAN = (
    "阿爱安奥巴百宝贝本比博布彩长昌城达大戴丹德迪蒂东多法凡方菲丰福高格古冠光国哈海汉豪和恒宏华皇惠吉佳嘉杰金京景君卡康科克酷"
    "拉莱兰朗乐雷丽利力立联林凌龙隆鲁路罗洛玛马麦曼美梦米妙名明莫娜南尼诺欧帕派佩朋普奇琪千倩乔青清庆荣瑞润萨赛森莎山尚圣"
    "诗士世舒思斯松苏索泰特天通拓瓦万威薇维伟沃西希夏先香祥小晓欣新鑫星秀雅亚妍阳耀依仪怡亿艺益英优友宇语玉裕园源悦云泽展真正"
    "志智中众卓紫尊"
)


def many(count: int, *, seed: int = 7) -> list[str]:
    """`count` different names, two thirds Chinese of two to four characters, one third Latin; the same for a seed."""
    pick = random.Random(seed)  # noqa: S311 - not for secrets
    syllables = ["".join(parts) for parts in product(_ONSETS, _VOWELS, _CODAS)]
    names: dict[str, None] = {}
    while len(names) < count:
        if pick.random() < 2 / 3:
            name = "".join(pick.choices(_HAN, k=pick.choices((2, 3, 4), (3, 4, 3))[0]))
        else:
            name = "".join(pick.choices(syllables, k=pick.choices((2, 3), (2, 1))[0])).capitalize()
        names[name] = None
    return list(names)
