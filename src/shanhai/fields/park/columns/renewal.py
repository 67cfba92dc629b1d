"""Words of renewals."""

from __future__ import annotations

from shanhai.core.sheets.columns import Choices

STAGES: Choices = (
    ("candidate", "candidate", "候选"),
    ("verified", "verified on site", "已核实"),
    ("published", "published", "已公示"),
    ("chosen", "path chosen", "已定路径"),
    ("valued", "valued", "已评估"),
    ("vacated", "vacated", "已腾空"),
    ("offered", "offered to matching", "已推介"),
    ("contracted", "new contract", "已签新约"),
    ("measured", "effect measured", "已评效"),
    ("dropped", "dropped", "已移出"),
)
REASONS: Choices = (
    ("d_twice", "grade D twice running", "连续两年D类"),
    ("idle", "idle", "闲置停产"),
    ("below", "below the threshold of tax per mu", "亩均税收低于标准"),
    ("promise", "promise expired", "承诺到期未兑现"),
)
PATHS: Choices = (
    ("self_upgrade", "upgrade by itself", "自主提升"),
    ("return", "negotiated return", "协商收回"),
    ("purchase", "purchase by the park company", "园区公司收购"),
    ("sublease", "control of sub-leases", "转租管控"),
    ("auction", "auction with entry review", "准入审查拍卖"),
    ("merger", "merger", "兼并重组"),
)
QUOTAS: Choices = (
    ("land_mu", "Land, mu", "用地（亩）"),
    ("energy_tce", "Energy, tce", "能耗（吨标准煤）"),
    ("emission_t", "Emissions, t", "排放（吨）"),
)
