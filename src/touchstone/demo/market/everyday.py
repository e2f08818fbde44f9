"""Names of brands that are also ordinary words, and honest titles that use the word and mean no brand."""

from __future__ import annotations

# brand -> (word as written, title, price in CNY, key of the kind of goods)
Row = tuple[str, str, float, str]


def _rows(text: str) -> dict[str, tuple[Row, ...]]:
    table: dict[str, tuple[Row, ...]] = {}
    for line in text.strip().splitlines():
        brand, word, title, price, goods = (part.strip() for part in line.split("|"))
        table[brand] = (*table.get(brand, ()), (word, title, float(price), goods))
    return table


EVERYDAY: dict[str, tuple[Row, ...]] = _rows("""
Puma | puma | Plush puma stuffed animal wildlife toy 30cm | 69 | toys
Puma | pumas | Zoo animal figures set pumas lions jaguars educational | 45 | toys
Jordan | Jordan | Organic Jordan almonds candy coated wedding favors 500g | 89 | food
Jordan | 乔丹 | 乔丹传 从北卡到芝加哥 人物传记 正版图书 | 45 | stationery
Converse | converse | How to converse with anyone English speaking practice book | 39 | stationery
Vans | vans | Diecast delivery vans set pull back toy kids | 59 | toys
Vans | vans | Magnetic window blackout curtains for camper vans | 159 | household
On | on | Hands on science kit for kids turn on the light STEM toy | 99 | toys
On | on | Clip on desk lamp USB on sale | 49 | household
Brooks | Brooks | Gwendolyn Brooks collected poems paperback | 79 | stationery
Champion | 冠军 | 冠军奖杯 金属定制 运动会颁奖 篮球比赛 | 35 | stationery
Champion | champion | World champion trophy cup resin award engraving | 58 | stationery
Lotto | lotto | Lotto lottery number generator wooden game | 49 | toys
Peak | peak | Mountain peak wall sticker home decor | 25 | household
Peak | 匹克 | 匹克球拍 碳纤维 初学者 户外运动 2拍4球 | 168 | sportswear
Warrior | 回力 | 回力车玩具 惯性小汽车 男孩宝宝1-3岁 6只装 | 29 | toys
Warrior | 回力 | 回力镖 户外飞去来器 儿童玩具 软胶安全 | 15 | toys
Warrior | warrior | Samurai warrior action figure resin statue | 129 | toys
Feiyue | 飞跃 | 飞跃彩虹 少儿舞蹈教材 图书 全新 | 28 | stationery
Double Star | 双星 | 双星系统 天文挂图 儿童科普 宇宙星空 | 26 | stationery
Victor | Victor | Victor Hugo Les Miserables hardcover novel | 88 | stationery
Wilson | Wilson | Woodrow Wilson biography history book | 75 | stationery
HEAD | head | High pressure shower head water saving handheld | 59 | household
HEAD | head | Print head cleaning kit for ink cartridge | 39 | computers
Butterfly | butterfly | Butterfly hair clips girls accessories 12pcs | 19 | jewellery
Butterfly | 蝴蝶 | 蝴蝶结发夹 女童 头饰 韩版可爱 10个装 | 13 | jewellery
Butterfly | 蝴蝶 | 蝴蝶标本相框 客厅装饰画 真蝶 | 66 | household
DHS | 红双喜 | 红双喜窗花剪纸 结婚喜字贴 婚房布置 套装 | 16 | household
Molten | molten | Molten salt lava lamp night light decor | 89 | household
PING | ping | Ping pong table balls 3 star 12 pack | 25 | sportswear
Supreme | supreme | Supreme quality cat food salmon 2kg | 119 | food
Off-White | off white | Off white linen curtains living room 2 panels | 149 | household
Fear of God | fear of God | The fear of God devotional Christian book | 65 | stationery
Essentials | essentials | Kitchen essentials utensil set silicone 12 pcs | 79 | household
Essentials | essentials | Baby essentials gift box newborn | 139 | infant
Palace | palace | Palace museum 故宫 书签 文创 礼盒 | 48 | stationery
Represent | represent | What do flags represent world flags poster for kids | 25 | stationery
Undercover | undercover | Undercover detective novel paperback 卧底小说 | 36 | stationery
Casablanca | Casablanca | Casablanca movie poster Bogart vintage wall art | 45 | household
OBEY | obey | Dog training whistle teach your dog to obey | 29 | household
CLOT | clot | Whipping cream clot making strainer kitchen | 39 | household
Daily Paper | daily paper | Daily paper planner notebook undated A5 | 28 | stationery
Thrasher | thrasher | Small grain thrasher machine home use farm | 499 | appliances
Celine | Celine | Celine Dion greatest hits CD album | 89 | stationery
Coach | coach | Football coach tactic board whistle set | 69 | sportswear
Coach | coach | Best coach ever mug gift for teacher | 39 | household
Mulberry | mulberry | Dried mulberry fruit 桑葚干 新疆特产 500g | 35 | food
Mulberry | mulberry | Mulberry silk pillowcase 22 momme queen | 169 | household
Maison Kitsuné | 小狐狸 | 小狐狸毛绒玩具 抱枕 生日礼物 | 49 | toys
Maison Kitsuné | 小狐狸 | 小狐狸买手套 儿童绘本 精装 | 32 | stationery
Bally | bally | Vintage pinball poster bally hoo arcade art | 35 | household
Montblanc | mont blanc | Mont blanc hiking guide map Chamonix | 65 | stationery
Golden Goose | golden goose | Golden goose egg fairy tale pop-up book | 59 | stationery
Diesel | diesel | Diesel air heater 5KW 12V truck parking fuel | 699 | autoparts
Diesel | diesel | Fuel injector cleaner for diesel engine 500ml | 79 | autoparts
GUESS | guess | Guess who board game family classic | 99 | toys
Gap | gap | Spark plug gap tool feeler gauge | 25 | autoparts
Gap | gap | Silicone stove counter gap cover 2 pack | 39 | household
Zara | Zara | Personalized name necklace Zara Emma Olivia | 89 | jewellery
MANGO | mango | Dried mango slices 芒果干 100g*5 | 39 | food
MANGO | mango | Fresh mango 贵妃芒 海南 5斤 | 36 | food
True Religion | true religion | What is true religion theology book | 59 | stationery
Playboy | 花花公子 | 花花公子的养成手册 小说 完结 | 29 | stationery
New Era | new era | Toast to a new era graduation banner party decor | 33 | household
Tudor | Tudor | Tudor rose cross stitch kit house of Henry VIII | 79 | stationery
Omega | omega | Omega-3 fish oil 1000mg 鱼油软胶囊 120粒 | 119 | health
Omega | omega | Omega 3 6 9 capsules vegan algae | 139 | health
Zenith | zenith | Carburetor adjusting screw for zenith type plane | 49 | autoparts
Citizen | citizen | Citizen science kit for kids water test | 89 | toys
Citizen | citizen | Senior citizen large button phone | 199 | phones
Orient | orient | Murder on the orient express paperback | 45 | stationery
Hamilton | hamilton | Alexander Hamilton biography Ron Chernow | 88 | stationery
Fossil | fossil | Dinosaur fossil dig kit 12 eggs STEM | 79 | toys
Fossil | fossil | Real ammonite fossil 菊石化石 标本 | 69 | household
Sea-Gull | 海鸥 | 海鸥 摆件 地中海风格 木质 | 39 | household
Pandora | pandora | Pandora box puzzle wooden secret compartment | 79 | toys
Pandora | 潘多拉 | 潘多拉魔盒 盲盒 创意礼物 希腊神话 | 45 | toys
Lacoste | 鳄鱼 | 鳄鱼玩具 咬手指 亲子互动 解压 | 19 | toys
Lacoste | 鳄鱼 | 鳄鱼肉干 泰国风味 零食 250g | 59 | food
adidas | 三叶草 | 三叶草种子 四季播种 果园绿肥 庭院 1斤 | 22 | household
Vivienne Westwood | 土星 | 土星模型 太阳系八大行星 科教玩具 | 58 | toys
Piaget | 伯爵 | 伯爵红茶 佛手柑 茶包 50包 | 49 | food
Seiko | 精工 | 精工细作 老榆木 茶盘 手工 | 269 | household
Rado | 雷达 | 倒车雷达 通用 四探头 蜂鸣 汽车 | 89 | autoparts
IWC | 万国 | 万国旗 串旗 装饰 各国国旗 100面 | 25 | household
Fjällräven | 北极狐 | 北极狐毛绒公仔 白色仿真动物 | 65 | toys
CREED | creed | Assassin style creed cosplay hooded costume | 159 | apparel
Origins | origins | The origins of species Darwin book | 55 | stationery
Vichy | vichy | Vichy check gingham tablecloth picnic | 69 | household
Aesop | 伊索 | 伊索寓言 小学生课外阅读 注音版 | 18 | stationery
Drunk Elephant | 醉象 | 大象摆件 醉象 创意红酒架 树脂 | 88 | household
Benefit | benefit | Health benefit tea detox herbal for the benefit of all | 49 | food
La Mer | la mer | Debussy La mer piano score sheet music | 42 | stationery
The Ordinary | the ordinary | Out of the ordinary adventure novel | 36 | stationery
Kilian | Kilian | Saint Kilian icon wooden print | 58 | household
Rossini | Rossini | Rossini opera overtures vinyl record | 129 | stationery
Hugo Boss | boss | 老板椅 boss 办公椅 真皮 可躺 | 599 | household
Apple | 苹果 | 红富士苹果5斤 新鲜水果 脆甜 产地直发 | 29 | food
Xiaomi | 小米 | 黄小米粥 农家新米 月子米 5斤 | 32 | food
""")
