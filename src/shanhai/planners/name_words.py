"""Words of which names of firms are made, in Chinese and English: places, trades, legal forms, and older characters.

Examples
--------
>>> "龍華機電".translate(SIMPLIFIED)
'龙华机电'
"""

from __future__ import annotations

# Regions as names of firms have them: Chinese, how it is spelled, the region above it. Enough for a start; an installation gives
# its own, which are added.
REGIONS: tuple[tuple[str, str, str], ...] = (
    ("中国", "china", ""), ("北京", "beijing", "中国"), ("天津", "tianjin", "中国"), ("上海", "shanghai", "中国"),
    ("重庆", "chongqing", "中国"), ("河北", "hebei", "中国"), ("山西", "shanxi", "中国"), ("内蒙古", "innermongolia", "中国"),
    ("辽宁", "liaoning", "中国"), ("吉林", "jilin", "中国"), ("黑龙江", "heilongjiang", "中国"), ("江苏", "jiangsu", "中国"),
    ("浙江", "zhejiang", "中国"), ("安徽", "anhui", "中国"), ("福建", "fujian", "中国"), ("江西", "jiangxi", "中国"),
    ("山东", "shandong", "中国"), ("河南", "henan", "中国"), ("湖北", "hubei", "中国"), ("湖南", "hunan", "中国"),
    ("广东", "guangdong", "中国"), ("广西", "guangxi", "中国"), ("海南", "hainan", "中国"), ("四川", "sichuan", "中国"),
    ("贵州", "guizhou", "中国"), ("云南", "yunnan", "中国"), ("西藏", "tibet", "中国"), ("陕西", "shaanxi", "中国"),
    ("甘肃", "gansu", "中国"), ("青海", "qinghai", "中国"), ("宁夏", "ningxia", "中国"), ("新疆", "xinjiang", "中国"),
    ("香港", "hongkong", "中国"), ("澳门", "macau", "中国"), ("台湾", "taiwan", "中国"),
    ("杭州", "hangzhou", "浙江"), ("宁波", "ningbo", "浙江"), ("温州", "wenzhou", "浙江"), ("嘉兴", "jiaxing", "浙江"),
    ("湖州", "huzhou", "浙江"), ("绍兴", "shaoxing", "浙江"), ("金华", "jinhua", "浙江"), ("衢州", "quzhou", "浙江"),
    ("舟山", "zhoushan", "浙江"), ("台州", "taizhou", "浙江"), ("丽水", "lishui", "浙江"),
    ("萧山", "xiaoshan", "杭州"), ("余杭", "yuhang", "杭州"), ("富阳", "fuyang", "杭州"), ("临安", "linan", "杭州"),
    ("桐庐", "tonglu", "杭州"), ("慈溪", "cixi", "宁波"), ("余姚", "yuyao", "宁波"), ("义乌", "yiwu", "金华"),
    ("永康", "yongkang", "金华"), ("东阳", "dongyang", "金华"), ("诸暨", "zhuji", "绍兴"), ("温岭", "wenling", "台州"),
    ("玉环", "yuhuan", "台州"), ("瑞安", "ruian", "温州"), ("乐清", "yueqing", "温州"), ("秀洲", "xiuzhou", "嘉兴"),
    ("海宁", "haining", "嘉兴"), ("龙泉", "longquan", "丽水"), ("莲都", "liandu", "丽水"), ("青田", "qingtian", "丽水"),
    ("缙云", "jinyun", "丽水"), ("遂昌", "suichang", "丽水"), ("松阳", "songyang", "丽水"), ("云和", "yunhe", "丽水"),
    ("庆元", "qingyuan", "丽水"), ("景宁", "jingning", "丽水"),
    ("南京", "nanjing", "江苏"), ("苏州", "suzhou", "江苏"), ("无锡", "wuxi", "江苏"), ("常州", "changzhou", "江苏"),
    ("昆山", "kunshan", "苏州"), ("合肥", "hefei", "安徽"), ("福州", "fuzhou", "福建"), ("厦门", "xiamen", "福建"),
    ("广州", "guangzhou", "广东"), ("深圳", "shenzhen", "广东"), ("东莞", "dongguan", "广东"), ("武汉", "wuhan", "湖北"),
    ("成都", "chengdu", "四川"), ("青岛", "qingdao", "山东"),
)  # fmt: skip

# One line an idea: its Chinese words and its English ones.
TRADES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("汽车",), ("auto", "automobile", "automotive", "car", "vehicle")),
    (("零部件", "配件", "部件", "零件"), ("part", "component", "accessory", "accessories")),
    (("空调",), ("air conditioning", "air conditioner", "airconditioning", "hvac")),
    (("机械", "机器"), ("machinery", "machine")),
    (("设备", "装备"), ("equipment",)),
    (("制造", "制作"), ("manufacturing", "manufacture", "making")),
    (("科技", "技术"), ("technology", "technologies", "tech")),
    (("电子",), ("electronic",)),
    (("电器", "电气"), ("electric", "electrical", "appliance")),
    (("电机",), ("motor",)),
    (("阀门", "阀"), ("valve",)),
    (("轴承",), ("bearing",)),
    (("模具",), ("mould", "mold", "tooling")),
    (("塑料", "塑胶", "塑业"), ("plastic",)),
    (("橡胶",), ("rubber",)),
    (("五金",), ("hardware",)),
    (("金属",), ("metal",)),
    (("钢铁", "钢业"), ("steel", "iron and steel", "iron steel")),
    (("不锈钢",), ("stainless steel",)),
    (("铝业",), ("aluminium", "aluminum")),
    (("化工", "化学"), ("chemical", "chemistry")),
    (("新材料", "材料"), ("new material", "advanced material", "material")),
    (("新能源", "能源"), ("new energy", "energy")),
    (("光伏", "太阳能"), ("photovoltaic", "solar", "solar energy")),
    (("电池",), ("battery",)),
    (("生物",), ("biological", "bio", "biotech", "biotechnology")),
    (("医药", "制药", "药业"), ("pharmaceutical", "pharma", "medicine")),
    (("医疗", "医疗器械"), ("medical", "medical device")),
    (("食品",), ("food", "foodstuff")),
    (("农业", "农业开发"), ("agriculture", "agricultural", "farming")),
    (("食用菌", "菌业"), ("mushroom", "edible fungi", "fungi")),
    (("茶业", "茶叶"), ("tea",)),
    (("竹木", "木业", "竹业"), ("wood", "bamboo", "bamboo and wood", "timber")),
    (("家具", "家居"), ("furniture", "home furnishing")),
    (("青瓷",), ("celadon",)),
    (("陶瓷", "瓷业"), ("ceramic", "porcelain")),
    (("宝剑", "刀剑", "剑业"), ("sword",)),
    (("工艺品", "工艺美术"), ("art and craft", "craft", "handicraft")),
    (("文化", "文创"), ("culture", "cultural", "cultural creativity")),
    (("旅游", "文旅"), ("tourism", "travel")),
    (("物流", "速运", "货运"), ("logistic", "freight", "express")),
    (("供应链",), ("supply chain",)),
    (("冷链",), ("cold chain",)),
    (("贸易", "商贸", "经贸"), ("trading", "trade")),
    (("进出口",), ("import and export", "import export", "imp and exp", "imp exp")),
    (("国际",), ("international", "intl")),
    (("投资",), ("investment", "invest")),
    (("实业",), ("industry", "industrial", "industries")),
    (("建设", "建筑", "建工"), ("construction", "building")),
    (("工程",), ("engineering",)),
    (("环保", "环境"), ("environmental", "environment", "environmental protection")),
    (("智能",), ("intelligent", "smart", "intelligence")),
    (("信息",), ("information", "info")),
    (("软件",), ("software",)),
    (("网络",), ("network",)),
    (("纺织", "纺织品"), ("textile",)),
    (("服饰", "服装", "制衣"), ("garment", "clothing", "apparel")),
    (("印染",), ("dyeing", "printing and dyeing")),
    (("包装",), ("packaging", "packing")),
    (("纸业", "造纸"), ("paper",)),
    (("玩具",), ("toy",)),
    (("玻璃",), ("glass",)),
    (("仪器", "仪表"), ("instrument",)),
    (("照明", "灯具"), ("lighting",)),
    (("制冷",), ("refrigeration", "cooling")),
    (("精密",), ("precision",)),
    (("重工",), ("heavy industry", "heavy industries")),
    (("发展", "开发"), ("development",)),
    (("管理",), ("management",)),
    (("咨询",), ("consulting", "consultancy")),
)  # fmt: skip

# What says little of what a firm does: left out on one side and there on the other it tells no two firms apart.
VAGUE = frozenset(
    {
        "科技",
        "制造",
        "实业",
        "发展",
        "国际",
        "投资",
        "设备",
        "工程",
        "管理",
        "新材料",
        "进出口",
        "贸易",
        "精密",
    }
)

# Longest first. What stands behind one of these is a branch.
FORMS_ZH = (
    "农民专业合作社", "专业合作社", "股份有限公司", "有限责任公司", "集团有限公司", "个人独资企业", "有限合伙企业", "合伙企业", "集团公司",
    "股份公司", "控股公司", "有限公司", "合作社", "总公司", "经营部", "工作室", "公司", "集团", "控股", "股份", "总厂", "商行", "厂",
)  # fmt: skip
FORMS_EN = frozenset(
    {
        "co", "company", "ltd", "limited", "corp", "corporation", "inc", "incorporated", "llc", "llp", "plc", "gmbh", "ag", "sa", "spa",
        "bv", "nv", "ab", "oy", "kg", "pte", "pty", "kk", "group", "holding", "holdings", "factory", "works", "cooperative", "jsc", "lp",
        "youxian", "gongsi", "gufen", "jituan", "youxiangongsi", "gufenyouxiangongsi", "jituanyouxiangongsi", "zeren", "zonggongsi",
        "the", "of", "and", "province", "city", "county", "district",
    }
)  # fmt: skip

_OLDER = (
    "龍龙 東东 華华 國国 業业 廠厂 機机 電电 氣气 車车 銀银 銅铜 鋼钢 鐵铁 鋁铝 興兴 達达 實实 寶宝 劍剑 藝艺 術术 豐丰 億亿 萬万 廣广 長长 聯联 團团 責责 貿贸 進进 際际 設设 備备 製制 "
    "藥药 醫医 療疗 農农 產产 環环 網网 軟软 腦脑 訊讯 資资 財财 貨货 運运 輸输 鏈链 應应 係系 統统 學学 飛飞 鳳凤 鵬鹏 鴻鸿 鷹鹰 麗丽 衛卫 創创 動动 勝胜 勵励 協协 單单 嚴严 園园 圓圆 "
    "報报 場场 塊块 夢梦 奧奥 婦妇 寧宁 將将 層层 島岛 嶺岭 師师 帶带 幣币 廳厅 張张 強强 彎弯 後后 徑径 恆恒 愛爱 態态 慶庆 憶忆 戰战 揚扬 數数 斷断 時时 晉晋 曉晓 會会 楊杨 極极 構构 "
    "樂乐 樓楼 標标 樣样 橋桥 歐欧 歲岁 歷历 殘残 氫氢 漢汉 滿满 潔洁 潤润 濟济 瀾澜 燈灯 爐炉 爾尔 獎奖 現现 瑪玛 當当 發发 盤盘 確确 碼码 種种 積积 穩稳 競竞 筆笔 節节 簡简 納纳 紅红 "
    "紙纸 級级 細细 終终 組组 經经 維维 綠绿 緣缘 編编 線线 緯纬 縉缙 總总 織织 繪绘 續续 義义 習习 聖圣 聲声 職职 膠胶 與与 舊旧 莊庄 葉叶 蓋盖 蘇苏 蘭兰 處处 號号 蝦虾 裝装 視视 親亲 "
    "覺觉 觀观 訂订 計计 記记 許许 診诊 詠咏 話话 誠诚 語语 課课 調调 論论 諾诺 謙谦 證证 識识 譽誉 讀读 變变 貝贝 負负 貢贡 貫贯 費费 賀贺 賓宾 賢贤 質质 贏赢 趙赵 躍跃 軌轨 軸轴 載载 "
    "輝辉 輪轮 轉转 辦办 這这 連连 週周 遠远 適适 選选 鄉乡 鄭郑 醬酱 釀酿 鈞钧 鉅钜 錦锦 鍋锅 鎮镇 鏡镜 鐘钟 鑄铸 鑽钻 門门 閃闪 開开 間间 閥阀 關关 陽阳 陳陈 陸陆 階阶 隨随 險险 雙双 "
    "雲云 霧雾 靜静 韓韩 順顺 須须 預预 頓顿 領领 頭头 題题 顏颜 願愿 類类 顯显 風风 飾饰 飯饭 館馆 馬马 馳驰 駿骏 騰腾 驗验 魚鱼 鮮鲜 鳥鸟 麥麦 黃黄 點点 齊齐 齒齿 萊莱 蕭萧 濱滨 溫温 "
    "諸诸 採采 錢钱 優优 偉伟 傑杰 個个 們们 價价 儀仪 儲储 兒儿 內内 冊册 凱凯 劃划 劉刘 劑剂 務务 勞劳 勢势 區区 參参 員员 問问 啟启 喬乔 嘯啸 噴喷 圖图 執执 墾垦 壓压 壘垒 夾夹 奪夺 "
    "孫孙 寬宽 審审 屬属 嵐岚 幹干 庫库 廢废 彈弹 從从 復复 徹彻 懷怀 擇择 據据 擴扩 攝摄 敵敌 暢畅 條条 棟栋 橫横 檔档 檢检 櫃柜 權权 歡欢 歸归 湯汤 溝沟 滬沪 漁渔 灣湾 營营 燒烧 熱热 "
    "牽牵 狀状 獨独 畢毕 畫画 瘋疯 盧卢 監监 碩硕 禮礼 禦御 稅税 竄窜 筍笋 範范 築筑 簽签 籃篮 粵粤 糧粮 純纯 紡纺 紹绍 紳绅 絲丝 綜综 綢绸 緊紧 緞缎 縣县 縱纵 罷罢 羅罗 聰聪 脫脱 臉脸 "
    "臨临 舉举 艦舰 薈荟 藍蓝 衝冲 補补 襯衬 規规 詞词 試试 詩诗 該该 詳详 誌志 認认 誼谊 請请 諧谐 謝谢 議议 護护 讓让 豬猪 貞贞 販贩 貴贵 買买 賣卖 賴赖 賽赛 贊赞 趨趋 跡迹 軍军 較较 "
    "輔辅 輛辆 輯辑 迴回 遊游 遙遥 遞递 遷迁 還还 鄰邻 醜丑 釋释 針针 鈔钞 鈣钙 鈦钛 鉑铂 鉛铅 銘铭 銷销 鋒锋 錄录 錫锡 鍛锻 鍵键 鎂镁 鎖锁 鎢钨 鏟铲 閱阅 闊阔 陰阴 隊队 隱隐 雜杂 離离 "
    "難难 靈灵 頁页 項项 頌颂 頻频 額额 飲饮 養养 駕驾 駱骆 髮发 鬥斗 鹽盐 麵面 黨党 烏乌 無无 為为 臺台 畝亩 礦矿 燦灿 鬆松 僑侨 倉仓 淨净 濤涛 爭争 獻献 甌瓯 縮缩 聞闻 艙舱 蔣蒋 薦荐 "
    "蘆芦 蠟蜡 覽览 謀谋 貯贮 邏逻 鋅锌 鋰锂 錳锰 閩闽 韌韧 韻韵 饋馈 鯨鲸 鶴鹤 龐庞"
)
# Characters of Taiwan and Hong Kong to those of the mainland, the ones that names of firms have.
SIMPLIFIED = {ord(pair[0]): pair[1] for pair in _OLDER.split()}
