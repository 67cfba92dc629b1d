"""Words of standard land."""

from __future__ import annotations

from shanhai.core.sheets.columns import Choices
from shanhai.fields.park.rules import promises

STAGES: Choices = (
    ("promised", "promised, to be built", "已承诺待建"),
    ("running", "initial period", "初始运行期"),
    ("kept", "kept", "已达标"),
    ("rectify", "to be put right", "限期整改"),
    ("forfeited", "deposit forfeited", "保证金已没收"),
    ("buy_back", "bought back", "回购"),
)
PHASES: Choices = (
    ("completion", "at completion", "竣工核验"),
    ("performance", "after the initial period", "达产核验"),
)
INDICATORS: Choices = tuple((one.name, one.en, one.zh) for one in promises.INDICATORS)
