"""People and what identifies them: names, phones, payout and waybill accounts, devices, and how these get written."""

from __future__ import annotations

import random

_FAMILY = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢"
    "姚沈钟姜崔谭陆范汪廖石金贾韦夏付方邹熊白孟秦邱侯江尹薛闫段雷龙史陶贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰红梅建国志文斌鹏飞宇浩轩子涵梓萱雨欣佳怡俊凯晨曦思"
    "琪海燕春秀云凤永福金水木荣昌宏达耀辉振东少青丹雪莉婷倩颖琳慧巧美"
)
_PREFIXES = (
    "130",
    "131",
    "132",
    "133",
    "135",
    "136",
    "137",
    "138",
    "139",
    "150",
    "151",
    "152",
    "155",
    "157",
    "158",
    "159",
    "166",
    "170",
    "171",
    "173",
    "177",
    "178",
    "180",
    "181",
    "182",
    "185",
    "186",
    "187",
    "188",
    "189",
    "191",
    "198",
    "199",
)
_BANKS = ("622202", "622848", "621700", "622588", "621661", "622260", "621483", "621226", "622908", "622155")
_WAYBILL = ("YT", "ZT", "STO", "YD", "JT", "SF", "EMS", "DB")
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def name(rnd: random.Random) -> str:
    """A Chinese personal name of two or three characters."""
    return rnd.choice(_FAMILY) + "".join(rnd.sample(_GIVEN, rnd.choice((1, 2, 2))))


def phone(rnd: random.Random) -> str:
    """Eleven digits of a mobile number."""
    return rnd.choice(_PREFIXES) + f"{rnd.randrange(10**8):08d}"


def payout(rnd: random.Random) -> str:
    """A bank card of nineteen digits with a right Luhn digit."""
    body = rnd.choice(_BANKS) + f"{rnd.randrange(10**12):012d}"
    return body + _luhn(body)


def device(rnd: random.Random) -> str:
    """A device fingerprint: sixteen hexadecimal digits."""
    return f"{rnd.getrandbits(64):016x}"


def waybill_account(rnd: random.Random) -> str:
    """A customer account with a courier: carrier letters and digits."""
    return rnd.choice(_WAYBILL) + f"{rnd.randrange(10**8):08d}"


def spell_phone(rnd: random.Random, digits: str, care: float = 1.0) -> str:
    """One way to write a phone; below full care, people group, prefix and (rarely) mistype."""
    if rnd.random() < care:
        return digits
    if rnd.random() < 0.04:
        at = rnd.randrange(4, 11)
        digits = digits[:at] + str((int(digits[at]) + rnd.randint(1, 9)) % 10) + digits[at + 1 :]
    a, b, c = digits[:3], digits[3:7], digits[7:]
    return rnd.choice(
        (
            f"+86 {a} {b} {c}",
            f"{a}-{b}-{c}",
            f"{a} {b} {c}",
            f"86{digits}",
            f"0086-{digits}",
            f"(+86){digits}",
            digits.translate(_WIDE),
            f"{digits} ",
        )
    )


def spell_account(rnd: random.Random, digits: str, care: float = 1.0) -> str:
    """One way to write a card number: plain, or in groups of four."""
    if rnd.random() < care:
        return digits
    mark = rnd.choice((" ", "-"))
    return mark.join(digits[i : i + 4] for i in range(0, len(digits), 4))


def _luhn(body: str) -> str:
    total = 0
    for i, c in enumerate(reversed(body)):
        value = int(c) * (2 if i % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)
