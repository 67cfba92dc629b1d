"""Words of cases, in both languages: one declaration for pages, forms, commands and sheets."""

from __future__ import annotations

from shanhai.fields.approval.rules.catalogue import Choices

STAGES: Choices = (
    ("filing", "with the applicant", "申请人准备材料"),
    ("received", "received", "已接收"),
    ("gaps", "gaps named", "补正中"),
    ("review", "under review", "审批中"),
    ("approved", "approved", "已办结"),
    ("refused", "refused", "不予许可"),
    ("withdrawn", "withdrawn", "已撤回"),
)
MODES: Choices = (("joint", "jointly", "联审联批"), ("serial", "one after the other", "串联审批"))
STATES: Choices = (
    ("waiting", "waits", "未开始"),
    ("open", "open", "办理中"),
    ("stopped", "clock stopped", "停表"),
    ("decided", "decided", "已办结"),
    ("dropped", "dropped", "已终止"),
)
DECISIONS: Choices = (("approved", "approve", "同意"), ("refused", "refuse", "不予许可"))
# What a row of an inbox asks, and how it stands.
ASKED: Choices = (
    ("decide", "decisions", "待决定"),
    ("opinion", "opinions", "待回复会办意见"),
    ("advice", "advice", "待提建议"),
    ("accept", "files to accept", "待受理"),
)
SLACKS: Choices = (("late", "late", "已逾期"), ("today", "due today", "今日到期"))
DECIDED: Choices = (("approved", "approved", "同意"), ("refused", "refused", "不予许可"))
REPLIES: Choices = (
    ("agree", "agree", "同意"),
    ("disagree", "disagree, with reasons", "不同意（须说明理由）"),
    ("forward", "agree, forward upward", "同意但需上报"),
)
COUNTS: Choices = (
    ("agree", "agree", "同意"),
    ("disagree", "disagree", "不同意"),
    ("forward", "agree, forward upward", "同意上报"),
)
WHYS: Choices = (
    ("said", "", ""),
    ("other_words", "other words count as agreement", "其他表述视为同意"),
    ("no_reasons", "disagreement without reasons counts as agreement", "不同意未说明理由视为同意"),
    ("silence", "no reply by the deadline: taken as consent", "逾期未回复视为同意"),
)
ROLES: Choices = (
    ("lead", "decides", "主办"),
    ("co", "co-reviews", "会办"),
    ("advise", "advises", "征求意见"),
)
# Classes that are compared with one another when the time saved is measured.
CLASSES: Choices = (
    ("filing", "filed (record-filing)", "备案类"),
    ("approval", "approved (report)", "核准类"),
    ("low_risk", "low-risk small project", "低风险小型项目"),
)
CHANNELS: Choices = (("paper", "on paper", "书面"), ("telephone", "by telephone", "电话"))
STOPS: Choices = (
    ("supplement", "the applicant supplements the file", "申请人补充材料"),
    ("correction", "suspended until the applicant corrects the file", "中止，待申请人整改"),
    ("experts", "review by experts", "专家评审"),
    ("hearing", "hearing", "听证"),
    ("tender", "tender or auction", "招标拍卖"),
    ("inspection", "inspection, testing, appraisal", "检验检测检疫鉴定"),
    ("publicity", "publicity period", "公示"),
    ("archaeology", "archaeology", "考古勘探"),
    ("force_majeure", "force majeure", "不可抗力"),
    ("service_owner", "an intermediary works for the applicant", "申请人委托的中介服务"),
    ("service_gov", "an intermediary works for the government", "政府委托的中介服务"),
)
WHOSE: Choices = (
    ("owner", "counts for the owner", "计入申请人用时"),
    ("gov", "counts for the government", "计入政府用时"),
    ("nobody", "counts for nobody", "不计入办理时限"),
)
LETTERS: Choices = (
    ("gaps", "All gaps, named once", "一次性补正告知书"),
    ("accepted", "Acceptance", "受理通知书"),
    ("stopped", "Clock stopped", "停表告知书"),
    ("resumed", "Clock goes on", "恢复办理告知书"),
    ("extended", "Extension", "延长办理期限告知书"),
    ("decided", "Decision", "准予许可决定书"),
    ("refused", "Refusal, with reasons and remedies", "不予许可决定书"),
    ("closed", "All items approved", "办结通知书"),
)
LEVELS: Choices = (
    ("lead", "before the lead", "主办部门负责人"),
    ("joint", "before the joint meeting", "联席会议"),
    ("leaders", "before the leaders’ special meeting", "领导专题会议"),
)
MEETING_LEVELS: Choices = (
    ("joint", "joint review meeting", "会审会议"),
    ("leaders", "leaders’ special meeting", "领导专题会议"),
)
MEETING_STAGES: Choices = (
    ("planned", "to come", "待召开"),
    ("held", "minutes to write", "待写纪要"),
    ("minuted", "minutes to sign", "待会签"),
    ("signed", "signed", "已会签"),
    ("cancelled", "called off", "已取消"),
)
SEATS: Choices = (
    ("committee", "park committee", "园区管委会"),
    ("department", "department concerned", "相关部门"),
    ("adviser", "adviser, not counted", "列席（不计入法定人数）"),
)
RIPE: Choices = (
    ("climbed", "overdue, climbed to this level", "逾期逐级上报"),
    ("disagreed", "departments disagree", "部门意见不一致"),
    ("forwarded", "a department forwards it upward", "部门同意但需上报"),
    ("put", "put on by the office", "会议召集单位提交"),
)
VERDICTS: Choices = (
    ("agreed", "agree", "同意"),
    ("conditions", "agree with conditions", "附条件同意"),
    ("refused", "refuse", "不同意"),
    ("leaders", "to the leaders’ special meeting", "提交领导专题会议"),
    ("back", "back to the lead, with a day", "退回主办部门限期办理"),
    ("postponed", "postpone", "暂缓审议"),
)
VERDICTS_SAID: Choices = (
    ("agreed", "agreed", "同意"),
    ("conditions", "agreed with conditions", "附条件同意"),
    ("refused", "refused", "不同意"),
    ("leaders", "goes to the leaders’ special meeting", "提交领导专题会议"),
    ("back", "back to the lead", "退回主办部门"),
    ("postponed", "postponed", "暂缓审议"),
)
SIDES: Choices = (
    ("mountain", "mountain side", "山方"),
    ("sea", "sea side", "海方"),
    ("host", "host", "承接方"),
)
SERVICES: Choices = (
    ("eia", "environmental impact assessment", "环境影响评价"),
    ("survey", "surveying and mapping", "测绘"),
    ("geology", "geological survey", "地质勘察"),
    ("drawings", "review of construction drawings", "施工图审查"),
    ("soil", "soil and water conservation plan", "水土保持方案编制"),
    ("energy", "energy assessment", "节能评估"),
    ("safety", "safety assessment", "安全评价"),
    ("other", "other service", "其他中介服务"),
)
COMMISSIONED: Choices = (("owner", "the applicant", "申请人"), ("gov", "the government", "政府"))
SERVICE_STAGES: Choices = (
    ("asked", "under way", "进行中"),
    ("delivered", "delivered", "已交付"),
    ("ended", "given up", "已终止"),
)
LETTER_STATES: Choices = (
    ("given", "given, not decided yet", "已提交，待审批"),
    ("due", "to verify", "待核查"),
    ("broken", "not kept", "未履行承诺"),
    ("mending", "to be put right", "限期整改"),
    ("kept", "kept", "已履行承诺"),
    ("revoked", "approval revoked", "已撤销许可"),
)
RESULTS: Choices = (
    ("kept", "kept", "已履行承诺"),
    ("not_kept", "not kept, with reasons", "未履行承诺（须说明理由）"),
    ("mend", "to be put right by a day", "限期整改"),
    ("revoked", "approval revoked, with reasons", "撤销许可（须说明理由）"),
)
PAPER_ROLES: Choices = (("form", "blank form", "空白表格"), ("sample", "filled sample", "示范文本"))
