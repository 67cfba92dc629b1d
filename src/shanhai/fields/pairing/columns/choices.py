"""The choices of the field: stored value, English word, Chinese word."""

from __future__ import annotations

from shanhai.core.sheets.columns import Choices

LEVELS: Choices = (
    ("city", "city", "市级"),
    ("county", "county", "县级"),
    ("department", "department", "部门"),
    ("township", "township", "乡镇"),
    ("village", "village", "村"),
    ("school", "school", "学校"),
    ("hospital", "hospital", "医院"),
    ("enterprise", "enterprise", "企业"),
)
ROLES: Choices = (
    ("mountain", "mountain side", "山方"),
    ("sea", "sea side", "海方"),
    ("host", "host", "承接方"),
)
SIDES: Choices = ROLES[:2]
OWES: Choices = (*SIDES, ("both", "both sides", "双方"))
FIELDS: Choices = (
    ("partnership", "Partnership", "结对合作"),
    ("park", "Park", "产业园"),
    ("investment", "Investment", "招商"),
    ("approval", "Approval", "审批"),
    ("enclave", "Enclave", "飞地"),
    ("supply", "Supply", "供销"),
    ("tourism", "Tourism", "文旅"),
    ("education", "Education", "教育"),
    ("health", "Health", "卫生健康"),
    ("talent", "Talent", "人才"),
)
# Somebody may be in charge of the whole pairing; a part of a key cannot be empty.
ALL_FIELDS = ("all", "All fields", "全部领域")
AGREEMENT_STAGES: Choices = (
    ("draft", "draft", "草案"),
    ("signed", "in force", "已签署"),
    ("expired", "expired", "已到期"),
    ("ended", "ended", "已终止"),
    ("replaced", "replaced", "已被替代"),
)
KINDS: Choices = (("indicator", "by indicator", "指标计量"), ("counted", "counted deliveries", "兑现计数"))
DIRECTIONS: Choices = (("up", "at least", "不低于"), ("down", "at most", "不高于"))
PERS: Choices = (
    ("once", "once", "一次"),
    ("year", "each year", "按年"),
    ("quarter", "each quarter", "按季"),
    ("month", "each month", "按月"),
    ("term", "each school term", "按学期"),
)
UNITS: Choices = (
    ("count", "count", "计数"),
    ("fen", "money", "金额"),
    ("percent", "percent", "百分比"),
    ("mu", "mu", "亩"),
    ("tonne", "tonnes", "吨"),
    ("day", "days", "天"),
)
DELIVERY_STAGES: Choices = (
    ("planned", "planned", "计划"),
    ("recorded", "recorded", "已登记"),
    ("confirmed", "confirmed", "已确认"),
    ("fulfilled", "fulfilled", "已落实"),
    ("withdrawn", "withdrawn", "已撤回"),
)
SCHEDULES: Choices = (
    ("once", "once", "一次性"),
    ("yearly", "yearly", "每年"),
    ("half_yearly", "half-yearly", "每半年"),
    ("quarterly", "quarterly", "每季"),
)
MEETING_LEVELS: Choices = (
    ("leaders", "main leaders", "主要领导"),
    ("leaders_in_charge", "leaders in charge", "分管领导"),
    ("office", "offices", "协作办"),
)
MEETING_STAGES: Choices = (
    ("planned", "planned", "已计划"),
    ("invited", "invited", "已通知"),
    ("held", "held", "已召开"),
    ("minuted", "minuted", "已成纪要"),
    ("signed", "minutes signed", "纪要已会签"),
    ("cancelled", "cancelled", "已取消"),
)
ANSWERS: Choices = (
    ("none", "no answer", "未答复"),
    ("coming", "coming", "参加"),
    ("declined", "not coming", "不参加"),
)
ITEM_STAGES: Choices = (
    ("open", "open", "进行中"),
    ("reported", "reported done", "已报完成"),
    ("done", "done", "已办结"),
    ("dropped", "dropped", "已撤销"),
)
ACTIVITY_KINDS: Choices = (
    ("visit", "visit", "考察互访"),
    ("promotion", "promotion", "推介招商"),
    ("exhibition", "exhibition", "展销活动"),
    ("matching", "technology matching", "技术对接"),
    ("donation", "donation", "捐赠"),
    ("consumption_aid", "consumption aid", "消费帮扶"),
)
ACTIVITY_STAGES: Choices = (
    ("planned", "planned", "已计划"),
    ("held", "held", "已开展"),
    ("cancelled", "cancelled", "已取消"),
    ("completed", "closed", "已办结"),
)
TECHNICAL_STAGES: Choices = (
    ("open", "open", "待解决"),
    ("accepted", "answer being tried", "方案试用中"),
    ("closed", "closed", "已办结"),
    ("withdrawn", "withdrawn", "已撤回"),
)
TECHNICAL_RESULTS: Choices = (
    ("solved", "solved", "已解决"),
    ("partly", "solved in part", "部分解决"),
    ("unsolved", "not solved", "未解决"),
)
INDUSTRIES: Choices = (
    ("agriculture", "agriculture", "农业"),
    ("food", "food", "食品"),
    ("bamboo", "bamboo and wood", "竹木"),
    ("ceramics", "ceramics", "青瓷陶瓷"),
    ("metal", "metal and swords", "金属刀剑"),
    ("machinery", "machinery", "机械"),
    ("vehicles", "vehicles and parts", "汽车及零部件"),
    ("electrical", "electrical", "电气"),
    ("medicine", "medicine", "医药"),
    ("textiles", "textiles", "纺织"),
    ("energy", "energy", "能源"),
    ("services", "services", "服务业"),
)
AID_KINDS: Choices = (("paid", "paid", "拨付"), ("used", "used", "使用"))
BALANCE_LINES: Choices = (
    ("orders", "Orders for produce", "农产品采购"),
    ("land", "Enclave land opened", "飞地供地"),
    ("vegetables", "Vegetables in season", "时令蔬菜"),
    ("visitors", "Visitors sent", "输送游客"),
    ("leads", "Investment leads", "招商线索"),
    ("clinic_days", "Expert clinics", "专家坐诊"),
    ("consultations", "Remote consultations", "远程会诊"),
    ("medics", "Medical staff trained", "医务人员进修"),
    ("teachers", "Teachers trained", "培养教师"),
    ("placements", "Student placements", "学生实习"),
    ("specialists", "Specialists matched", "科技特派员对接"),
    ("jobs", "Jobs filled", "转移就业"),
    ("quota", "Land quota ceded", "用地指标调剂"),
)
DIRECTIONS_OF_STAY: Choices = (
    ("to_sea", "to the sea side", "山方派往海方"),
    ("to_mountain", "to the mountain side", "海方派往山方"),
)
PROFESSIONS: Choices = (
    ("cadre", "officer", "干部"),
    ("teacher", "teacher", "教师"),
    ("doctor", "doctor", "医生"),
    ("technician", "technician", "技术人员"),
)
STAY_STAGES: Choices = (
    ("planned", "planned", "已计划"),
    ("running", "running", "在岗"),
    ("ended", "ended", "已结束"),
    ("cancelled", "cancelled", "已取消"),
)
GRADES: Choices = (
    ("excellent", "excellent", "优秀"),
    ("competent", "competent", "称职"),
    ("basic", "basically competent", "基本称职"),
    ("failed", "not competent", "不称职"),
)
BALANCE_GROUPS: Choices = (
    ("money", "Money paid", "资金支付"),
    ("trade", "Trade and booked value", "购销与入统"),
    ("things", "Land, people, produce", "土地、人员、产品"),
)
