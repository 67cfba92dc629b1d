"""Names of made-up firms and what they make, for ``example_cases.py``. No firm of such a name is meant."""

from __future__ import annotations

# (Chinese, pinyin)
WORDS = (
    ("岚溪", "Lanxi"), ("砚山", "Yanshan"), ("梧垟", "Wuyang"), ("秋炉", "Qiulu"), ("披云岭", "Piyunling"),
    ("昴田", "Maotian"), ("凤坞", "Fengwu"), ("石隆", "Shilong"), ("琉川", "Liuchuan"), ("蛟坑", "Jiaokeng"),
    ("杉树湾", "Shanshuwan"), ("竹口桥", "Zhukouqiao"), ("雾岗", "Wugang"), ("樟坞", "Zhangwu"), ("垟顺源", "Yangshunyuan"),
    ("锦坳", "Jin’ao"), ("茶丰岭", "Chafengling"), ("岩后", "Yanhou"), ("柳塘", "Liutang"), ("炉田", "Lutian"),
    ("南窖", "Nanjiao"), ("瓯源头", "Ouyuantou"), ("翠屏湾", "Cuipingwan"), ("大窑坪", "Dayaoping"), ("磨石", "Moshi"),
    ("双溪口", "Shuangxikou"), ("荷塘角", "Hetangjiao"), ("青坳", "Qing’ao"), ("桐坪", "Tongping"), ("官浦垟", "Guanpuyang"),
)  # fmt: skip
# Code, (firm zh, en), industry, things made (zh, en).
TRADES = (
    ("auto", ("汽车零部件有限公司", "Auto Parts"), "C3670",
     (("空调压缩机壳体", "compressor housings"), ("冷凝器", "condensers"), ("储液器", "receiver dryers"), ("管路总成", "hose assemblies"))),
    ("bamboo", ("竹木有限公司", "Bamboo and Wood"), "C2041",
     (("竹砧板", "bamboo boards"), ("竹木家居件", "bamboo home parts"), ("竹缠绕管", "wound bamboo pipes"))),
    ("celadon", ("青瓷有限公司", "Celadon"), "C3074",
     (("日用青瓷", "table celadon"), ("青瓷釉料", "celadon glazes"), ("陈设瓷", "display porcelain"))),
    ("blade", ("刀剑有限公司", "Blades"), "C3324",
     (("锻造刀具", "forged blades"), ("宝剑装具", "sword fittings"))),
    ("mushroom", ("菌业有限公司", "Mushrooms"), "C1373",
     (("食用菌精深加工", "mushroom products"), ("菌棒", "spawn bags"))),
    ("machine", ("机械有限公司", "Machinery"), "C3444",
     (("精密阀件", "precision valves"), ("液压件", "hydraulic parts"), ("链传动件", "chain drives"))),
    ("medical", ("医药有限公司", "Medical"), "C2770",
     (("医用敷料", "dressings"), ("中药饮片", "prepared herbs"))),
    ("electric", ("电气有限公司", "Electric"), "C3829",
     (("配电箱", "distribution boxes"), ("电机定子", "motor stators"))),
    ("material", ("新材料有限公司", "Materials"), "C2659",
     (("改性塑料", "modified plastics"), ("水性树脂", "water-borne resins"))),
    ("cold", ("供应链有限公司", "Supply Chain"), "G5990",
     (("冷链仓库", "cold store"), ("农产品分拣中心", "sorting of farm produce"))),
)  # fmt: skip
# (zh, en) of places in the park and the town, and of the enclave.
PLACES = {
    "331181000000": (("山海协作产业园", "Industrial park"), ("塔石街道", "Tashi Subdistrict"), ("剑池街道", "Jianchi Subdistrict")),
    "330109000000": (("萧山经济技术开发区", "Xiaoshan Economic and Technological Development Zone"),),
}  # fmt: skip
ENDINGS = (
    ("生产线项目", "production line"), ("技术改造项目", "technical renewal"), ("扩建项目", "expansion"), ("新建项目", "new plant"),
    ("搬迁入园项目", "move into the park"),
)  # fmt: skip
