"""Words for levels, stages and fields, in the reader's language."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shanhai.fields.office.rules.factors import quantity_of
from shanhai.webkit import words

FIELDS = {
    "partnership": _("Partnership"),
    "park": _("Park"),
    "investment": _("Investment"),
    "approval": _("Approval"),
    "enclave": _("Enclave"),
    "supply": _("Supply"),
    "tourism": _("Tourism"),
    "education": _("Education"),
    "health": _("Health"),
    "talent": _("Talent"),
}
LEVELS = {
    "handler": _("handling unit"),
    "office": _("cooperation office"),
    "leaders": _("leaders in charge"),
    "meeting": _("joint meeting"),
}
PROBLEM_STAGES = {
    "open": _("waits for an answer"),
    "paused": _("waits for the asker"),
    "answered": _("answered"),
    "rated": _("answered and rated"),
    "withdrawn": _("withdrawn"),
}
STEPS = {
    "raised": _("Raised"),
    "climbed": _("Climbed"),
    "asked_back": _("Asked back"),
    "replied": _("Replied by the asker"),
    "answered": _("Answered"),
    "rated": _("Rated"),
    "reopened": _("Opened again"),
    "withdrawn": _("Withdrawn"),
}
FACTORS = {
    "land": _("Land quota"),
    "energy": _("Energy"),
    "funds": _("Funds"),
    "talent": _("Talent"),
}
MEASURES = {
    "mu": _("mu"),
    "MWh": _("MWh"),
    "kW": _("kW"),
    "fen": _("yuan"),
    "persons": _("persons"),
}
FACTOR_STAGES = {
    "waiting": _("in the queue"),
    "part": _("granted in part"),
    "fulfilled": _("fulfilled"),
    "refused": _("refused"),
    "withdrawn": _("withdrawn"),
}
FACTOR_STEPS = {
    "asked": _("Entered the queue"),
    "climbed": _("Climbed"),
    "granted": _("Granted"),
    "taken_back": _("Grant taken back"),
    "passed_over": _("Passed over"),
    "refused": _("Refused"),
    "withdrawn": _("Withdrawn"),
    "reopened": _("Back in the queue"),
}
INSTRUCTION_STAGES = {
    "open": _("to be carried out"),
    "reported": _("reported back"),
    "closed": _("closed"),
    "dropped": _("dropped"),
}
PROPOSAL_STAGES = {
    "proposed": _("proposed"),
    "adopted": _("adopted"),
    "effective": _("in force"),
    "withdrawn": _("withdrawn"),
}


def on_about(on: date | None, exactness: str) -> str:
    """A day as exactly as the source gives it: early 2016, September 2016, 12 Sep 2016."""
    if on is None:
        return words.NOTHING
    if exactness == "day":
        return words.day(on, "year")
    if exactness == "month":
        return gettext("%(year)s-%(month)s") % {
            "year": on.year,
            "month": on.month if words.is_chinese() else f"{on.month:02d}",
        }
    return (gettext("early %s") if exactness == "early" else gettext("in %s")) % on.year


# -- phone links ---------------------------------------------------------------------------------------------------

LINK_ROLES = {
    "driver": _("driver"),
    "farmer": _("farmer"),
    "teacher": _("teacher"),
    "student": _("student"),
    "investor": _("investor"),
    "bookkeeper": _("bookkeeper"),
    "village": _("villager or village officer"),
    "enterprise": _("somebody of a firm"),
    "receiver": _("receiver of aid"),
    "other": _("somebody else"),
}
LINK_STATES = {
    "unused": _("not opened yet"),
    "bound": _("in use"),
    "done": _("done"),
    "expired": _("expired"),
    "locked": _("locked"),
    "revoked": _("revoked"),
}
# What came of opening a link, or of a phone number that was typed.
LINK_OUTCOMES = {
    "ask": _("asked for the phone number"),
    "show": _("shown"),
    "done": _("said that it is done"),
    "expired": _("said that its time is over"),
    "locked": _("said that it is locked"),
    "revoked": _("said that it is revoked"),
    "bound": _("the right number: this phone is let in"),
    "wrong": _("a wrong number"),
    "elsewhere": _("the right number, on another phone than the one let in"),
    "over": _("it was over"),
}


def amount(steps: int | None, measure: str) -> str:
    """A quantity of a factor with its unit, as pages say it: 12.5 mu, 800 kW, 5.1 m yuan."""
    if steps is None:
        return words.NOTHING
    if measure == "fen":
        return words.yuan(steps)
    return f"{words.num(quantity_of(steps, measure).normalize())} {MEASURES[measure]}"
