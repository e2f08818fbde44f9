"""What is sold: kinds of goods with their words in Chinese and English, sizes, usual prices and drawn shape.

Prices are medians in CNY of goods that carry no famous brand; `spread` is the sigma of their logarithm.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Goods:
    """One kind of goods. `weight` is its share among sellers without a famous brand."""

    key: str
    label: str
    nouns_zh: tuple[str, ...]
    nouns_en: tuple[str, ...]
    looks_zh: tuple[str, ...]
    looks_en: tuple[str, ...]
    sizes: tuple[str, ...]
    shape: str
    price: float
    spread: float
    weight: float
    extras_zh: tuple[str, ...] = ()
    extras_en: tuple[str, ...] = ()


def _w(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|"))


_SHOE = _w("36|37|38|39|40|41|42|43|44|36-40|39-44|36-44")
_CLOTH = _w("S|M|L|XL|XXL|M-4XL|均码|S-XL|160-185")
_NONE = ("",)

GOODS: tuple[Goods, ...] = (
    Goods("shoes", "鞋靴", _w("板鞋|运动鞋|跑步鞋|篮球鞋|帆布鞋|老爹鞋|小白鞋|休闲鞋|马丁靴|乐福鞋|拖鞋|洞洞鞋|德训鞋"),
          _w("sneakers|running shoes|basketball shoes|canvas shoes|trainers|loafers|slides|skate shoes|boots"),
          _w("透气|轻便|增高|厚底|网面|真皮|防滑|软底|减震|百搭|复古|低帮|高帮|情侣款|耐磨|飞织"),
          _w("breathable|lightweight|chunky|low top|high top|non-slip|leather|mesh|cushioned|retro|casual"),
          _SHOE, "shoe", 129, 0.5, 9, _w("鞋带|鞋垫|鞋盒|鞋撑|防皱护盾|清洁剂"), _w("shoe laces|insoles|shoe box|crease protectors")),
    Goods("bags", "箱包", _w("单肩包|斜挎包|双肩包|手提包|托特包|链条包|腋下包|钱包|水桶包|行李箱|邮差包|卡包"),
          _w("shoulder bag|crossbody bag|backpack|handbag|tote bag|chain bag|wallet|bucket bag|card holder"),
          _w("大容量|牛皮|真皮|小众|高级感|菱格|复古|通勤|轻奢|百搭|防泼水|磁扣|老花"),
          _w("genuine leather|large capacity|quilted|vintage|commuter|mini|classic|monogram style"),
          _w("小号|中号|大号|20寸|24寸|mini|25cm|"), "bag", 169, 0.6, 7,
          _w("内胆包|包撑|肩带|包链|防尘袋"), _w("bag organizer insert|replacement strap|bag chain|dust bag")),
    Goods("watches", "钟表", _w("机械手表|石英表|腕表|男士手表|女士手表|情侣对表|运动手表|电子表"),
          _w("automatic watch|quartz watch|wristwatch|chronograph|men's watch|ladies watch|digital watch"),
          _w("防水|夜光|全自动|镂空|商务|钢带|皮带|日历|超薄|蓝宝石镜面"),
          _w("waterproof|luminous|skeleton|stainless steel|leather strap|date display|sapphire glass"),
          _w("36mm|40mm|41mm|42mm|28mm|"), "watch", 239, 0.7, 3,
          _w("表带|表膜|表盒|表扣|拆表工具"), _w("watch strap|screen protector film|watch box|spring bars")),
    Goods("phones", "手机数码", _w("智能手机|手机|平板电脑|全网通手机|游戏手机|老人机"),
          _w("smartphone|mobile phone|tablet|unlocked phone|gaming phone"),
          _w("全网通|双卡双待|5G|大屏|长续航|超薄|曲面屏|快充"), _w("unlocked|dual SIM|5G|large screen|long battery|fast charge"),
          _w("128G|256G|512G|8+128|8+256|12+512|1TB"), "phone", 899, 0.6, 3,
          _w("手机壳|钢化膜|充电器|数据线|镜头膜|支架"), _w("phone case|tempered glass|charger|USB-C cable|lens protector|stand")),
    Goods("audio", "影音耳机", _w("蓝牙耳机|头戴式耳机|入耳式耳机|降噪耳机|蓝牙音箱|麦克风"),
          _w("wireless earbuds|headphones|earphones|noise cancelling headset|bluetooth speaker|microphone"),
          _w("主动降噪|超长续航|重低音|运动防水|无线|高音质|半入耳"), _w("noise cancelling|long battery|deep bass|sport|wireless|hi-res"),
          _NONE, "box", 119, 0.7, 4, _w("耳机保护套|耳塞套|耳机线|收纳盒"), _w("earbuds case cover|ear tips|replacement cable|carry case")),
    Goods("cosmetics", "美妆护肤", _w("口红|粉底液|精华液|面霜|眼霜|洗面奶|气垫|防晒霜|面膜|爽肤水|眼影盘|散粉"),
          _w("lipstick|foundation|serum|face cream|eye cream|cleanser|cushion|sunscreen|face mask|toner|palette"),
          _w("保湿|补水|控油|提亮|持久|不脱色|温和|抗皱|哑光|滋润|敏感肌可用"), _w("moisturizing|long lasting|matte|brightening|oil control|gentle"),
          _w("30ml|50ml|100ml|15g|3.5g|200ml|5片装|"), "bottle", 79, 0.6, 8,
          _w("替换芯|分装瓶|化妆刷|收纳盒"), _w("refill|sample bottle|makeup brush|organizer")),
    Goods("perfume", "香水", _w("香水|淡香水|浓香水|女士香水|男士古龙|香水小样|固体香膏"),
          _w("perfume|eau de toilette|eau de parfum|cologne|fragrance sample|solid perfume"),
          _w("持久留香|清新|木质香|花果香|礼盒装|小众"), _w("long lasting|woody|floral|fresh|gift set|niche"),
          _w("5ml|10ml|30ml|50ml|100ml|"), "bottle", 89, 0.7, 2, _w("分装瓶|香水支架|喷头"), _w("travel atomizer|display stand|spray nozzle")),
    Goods("apparel", "服饰", _w("T恤|卫衣|羽绒服|连衣裙|衬衫|针织衫|牛仔裤|夹克|冲锋衣|风衣|毛衣|半身裙|polo衫"),
          _w("t-shirt|hoodie|down jacket|dress|shirt|sweater|jeans|jacket|windbreaker|polo shirt|skirt"),
          _w("宽松|显瘦|纯棉|加绒|oversize|复古|薄款|加厚|刺绣|印花|百搭|潮牌|国潮"),
          _w("oversized|slim fit|cotton|fleece|vintage|embroidered|printed|casual|streetwear"),
          _CLOTH, "shirt", 119, 0.6, 14, _w("布贴|纽扣|衣架|收纳袋"), _w("iron-on patch|buttons|hanger|storage bag")),
    Goods("sportswear", "运动户外", _w("运动裤|速干衣|瑜伽裤|运动套装|软壳衣|登山杖|帐篷|泳衣|护膝|运动背心"),
          _w("sweatpants|quick dry shirt|yoga leggings|tracksuit|softshell jacket|tent|swimsuit|knee pads"),
          _w("速干|高弹|透气|专业|防风|防水|户外|健身"), _w("quick dry|stretch|breathable|windproof|outdoor|training"),
          _CLOTH, "shirt", 109, 0.6, 6, _w("收纳袋|护腕|修补贴"), _w("stuff sack|wristband|repair patch")),
    Goods("jewellery", "珠宝饰品", _w("项链|手链|戒指|耳钉|手镯|吊坠|脚链|转运珠"),
          _w("necklace|bracelet|ring|earrings|bangle|pendant|charm"),
          _w("925银|18K金|轻奢|小众|锁骨|四叶草|简约|情侣"), _w("925 silver|18k gold plated|minimalist|clover|couple"),
          _w("均码|16号|17号|18cm|"), "box", 89, 0.9, 5, _w("首饰盒|擦银布|延长链"), _w("jewelry box|polishing cloth|chain extender")),
    Goods("eyewear", "眼镜", _w("太阳镜|墨镜|眼镜框|近视镜|偏光镜|防蓝光眼镜"), _w("sunglasses|eyeglass frames|polarized glasses|blue light glasses"),
          _w("偏光|大框|防紫外线|超轻|复古|圆脸"), _w("polarized|oversized|UV400|lightweight|retro"), _NONE, "box", 69, 0.6, 2,
          _w("眼镜盒|眼镜绳|鼻托|镜布"), _w("glasses case|glasses cord|nose pads|lens cloth")),
    Goods("liquor", "酒类", _w("白酒|红酒|威士忌|葡萄酒|洋酒|黄酒|啤酒|礼盒酒"), _w("baijiu|red wine|whisky|brandy|craft beer"),
          _w("酱香|浓香|53度|52度|整箱|礼盒装|陈年|纯粮"), _w("53% vol|gift box|aged|case of six"),
          _w("500ml|500ml*6|750ml|700ml|375ml|"), "bottle", 159, 0.8, 3, _w("酒盒|醒酒器|空瓶|酒杯"), _w("gift box|decanter|empty bottle|glasses")),
    Goods("food", "食品", _w("坚果礼盒|红枣|小米|大米|饼干|茶叶|水果|蜂蜜|零食大礼包|咖啡豆|牛肉干|辣酱"),
          _w("nuts gift box|dried fruit|rice|cookies|tea|honey|snack box|coffee beans|beef jerky"),
          _w("新鲜|农家|有机|手工|无添加|当季|产地直发|独立包装"), _w("fresh|organic|handmade|individually wrapped"),
          _w("500g|5斤|1kg|250g*2|10斤|"), "box", 39, 0.5, 9, _w("密封罐|礼盒|封口夹"), _w("storage jar|gift box|bag clips")),
    Goods("infant", "母婴", _w("奶粉|纸尿裤|婴儿推车|奶瓶|婴儿连体衣|安全座椅|湿巾|辅食"),
          _w("infant formula|diapers|stroller|baby bottle|romper|car seat|wet wipes"),
          _w("3段|1段|新生儿|柔软|透气|A类|防胀气"), _w("stage 3|newborn|soft|breathable|anti-colic"),
          _w("800g|900g|M码|L码|XL码|240ml|"), "bottle", 119, 0.7, 5, _w("奶嘴|推车雨罩|凉席|挂钩"), _w("teat|rain cover|cup holder|hook")),
    Goods("toys", "玩具", _w("积木|毛绒玩具|遥控车|拼图|盲盒|公仔|模型|桌游|手办"),
          _w("building blocks|plush toy|RC car|puzzle|blind box|figure|model kit|board game"),
          _w("益智|拼装|正版|可爱|儿童|生日礼物|创意"), _w("educational|cute|kids|birthday gift|creative"),
          _w("小号|大号|30cm|1000片|"), "box", 59, 0.7, 6, _w("展示盒|灯光组|底板|收纳箱"), _w("display case|LED light kit|base plate|storage bin")),
    Goods("appliances", "家用电器", _w("吹风机|电动牙刷|剃须刀|吸尘器|空气炸锅|电饭煲|加湿器|破壁机|养生壶|扫地机器人"),
          _w("hair dryer|electric toothbrush|shaver|vacuum cleaner|air fryer|rice cooker|humidifier|robot vacuum"),
          _w("大功率|静音|智能|便携|家用|负离子|多功能"), _w("high power|quiet|smart|portable|multifunction"),
          _w("标准版|升级版|3L|5L|"), "box", 189, 0.7, 6, _w("刷头|滤芯|滤网|支架|充电底座|集尘袋"), _w("brush heads|filter|replacement nozzle|stand|dust bags")),
    Goods("computers", "电脑办公", _w("笔记本电脑|机械键盘|鼠标|显示器|硒鼓|墨盒|固态硬盘|U盘|路由器|内存条"),
          _w("laptop|mechanical keyboard|mouse|monitor|toner cartridge|ink cartridge|SSD|USB drive|router"),
          _w("无线|静音|电竞|高清|大容量|高速|办公"), _w("wireless|silent|gaming|high speed|office"),
          _w("16G|512G|1TB|27寸|"), "box", 199, 0.9, 4, _w("电源适配器|键帽|保护套|转接头"), _w("power adapter|keycaps|sleeve|adapter")),
    Goods("autoparts", "汽车用品", _w("机油|刹车片|火花塞|空气滤芯|雨刮器|轮毂盖|行车记录仪|座套|脚垫"),
          _w("engine oil|brake pads|spark plugs|air filter|wiper blades|dash cam|seat covers|floor mats"),
          _w("专车专用|全合成|静音|耐磨|四季通用"), _w("fully synthetic|OEM fit|durable|all season"),
          _w("4L|1L|前片|一套|"), "box", 129, 0.7, 5, _w("车标贴|钥匙套|支架"), _w("key cover|badge sticker|mount")),
    Goods("household", "家居日用", _w("洗衣液|四件套|收纳箱|保温杯|毛巾|地毯|枕头|台灯|雨伞|炒锅|窗帘"),
          _w("laundry detergent|bedding set|storage box|thermos|towel|rug|pillow|desk lamp|umbrella|wok|curtains"),
          _w("家用|加厚|简约|北欧|纯棉|防滑|大号|ins风"), _w("thick|simple|nordic|cotton|non-slip|large"),
          _w("1.8m床|500ml|2kg|40*60|"), "box", 49, 0.6, 12, _w("杯盖|替换装|挂钩"), _w("lid|refill|hooks")),
    Goods("health", "医药保健", _w("维生素|鱼油|蛋白粉|钙片|褪黑素|避孕套|口罩|体温计|血糖仪"),
          _w("vitamins|fish oil|protein powder|calcium tablets|melatonin|face masks|thermometer"),
          _w("成人|儿童|无糖|高含量|独立包装"), _w("adult|kids|sugar free|high strength"),
          _w("60粒|120粒|2磅|5磅|"), "bottle", 89, 0.6, 3, _w("药盒|摇摇杯|试纸"), _w("pill box|shaker cup|test strips")),
    Goods("stationery", "文具图书", _w("钢笔|中性笔|笔记本|书包|画笔|教辅书|贴纸|文件夹"),
          _w("fountain pen|gel pens|notebook|school bag|markers|textbook|stickers|folder"),
          _w("学生|顺滑|可擦|手账|高颜值|加厚"), _w("student|smooth|erasable|journal|thick"),
          _w("A5|10支|B5|"), "box", 25, 0.6, 4, _w("笔芯|墨囊|笔袋"), _w("refills|ink sacs|pencil case")),
)

BY_KEY = {goods.key: goods for goods in GOODS}
COLOURS_ZH = _w("黑色|白色|米白|灰色|红色|酒红|粉色|蓝色|藏青|绿色|墨绿|卡其|咖色|棕色|黄色|紫色|银色|金色|黑白|熊猫配色")
COLOURS_EN = _w("black|white|cream|grey|red|burgundy|pink|blue|navy|green|khaki|brown|yellow|purple|silver|gold")
COLOUR_SENSE = frozenset({"shoes", "bags", "watches", "phones", "audio", "apparel", "sportswear", "eyewear", "household", "jewellery"})
