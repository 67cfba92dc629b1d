"""What teams and joint promotion events sign in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shanhai.core import signs
from shanhai.core.signin import ABOUT_FIRMS, PROJECT_DESKS
from shanhai.core.signs import AccessRow, CalendarSource, Indicator, RecordKind, SearchKind, WorkKind
from shanhai.kernel.attribution import Method
from shanhai.webkit import signs as pages
from shanhai.webkit.signs import MenuEntry

OWN = "shanhai.fields.investment"


def sign_in() -> None:
    """Access rows, records, work, indicators, calendar and menu of teams and events."""
    signs.access_rows.add(
        AccessRow(
            "investment.view_teams",
            _("See the investment teams that are shown to oneself, their itinerary, log and cost."),
            ABOUT_FIRMS,
            kind="page",
        ),
        AccessRow(
            "investment.view_events",
            _("See joint promotion events: what each side gives, who came, what came of it."),
            ABOUT_FIRMS,
            kind="page",
        ),
        *(
            AccessRow(f"investment.{code}", about, PROJECT_DESKS, scope="side")
            for code, about in (
                ("add_team", _("Enter investment teams of one’s own side.")),
                ("change_team", _("Change investment teams of one’s own side.")),
                ("set_team_year", _("Set what a team is to do in a year.")),
                ("record_team_cost", _("Write down what a team spent.")),
                ("take_back_team_cost", _("Take back costs of teams that were written down by mistake.")),
                ("plan_stop", _("Plan the itinerary of a team.")),
                ("change_stop", _("Change planned stops of a team.")),
                ("cancel_stop", _("Call off planned stops of a team.")),
                ("plan_stop_again", _("Plan stops again that were called off.")),
                ("tell_stop", _("Say what was said at a stop.")),
                ("log_on_the_road", _("Write down a contact on the road.")),
                ("plan_event", _("Plan joint promotion events.")),
                ("convene_event", _("Convene events for one’s side.")),
                ("set_event_money", _("Say what one’s side gives to an event and spent on it.")),
                ("invite_firm", _("Invite firms to events.")),
                ("mark_guest", _("Say which invited firms came to an event.")),
                ("lead_from_event", _("Say which leads came from an event.")),
                ("take_lead_off_event", _("Take back that a lead came from an event.")),
                ("write_teams", _("Bring investment teams as a spreadsheet.")),
                ("write_team_years", _("Bring targets of teams as a spreadsheet.")),
                ("write_team_costs", _("Bring costs of teams as a spreadsheet.")),
                ("write_stops", _("Bring the itinerary of teams as a spreadsheet.")),
                ("write_event_sides", _("Bring what sides give to events as a spreadsheet.")),
                ("write_event_guests", _("Bring firms invited to events as a spreadsheet.")),
            )
        ),
    )
    signs.record_kinds.add(
        RecordKind("investment.team", _("Investment team"), "investment.view_teams"),
        RecordKind("investment.stop", _("Itinerary stop"), "investment.view_teams"),
    )
    signs.search_kinds.add(
        SearchKind(
            "investment.team", _("Investment team"), f"{OWN}.queries.teams.entries", "investment.view_teams"
        )
    )
    signs.work_kinds.add(
        WorkKind(
            "investment.tell_stop",
            _("Stop to tell of"),
            _("Write down"),
            _("It stands in the itinerary of your team."),
        )
    )
    signs.calendar_sources.add(CalendarSource("investment", f"{OWN}.queries.teams.in_calendar"))
    _sign_in_figures()
    pages.menu.add(
        MenuEntry(
            "investment.teams",
            "investment",
            7,
            _("Investment teams"),
            "investment:teams",
            "investment.view_teams",
            below=("/investment/stops/",),
        ),
        MenuEntry(
            "investment.events",
            "investment",
            8,
            _("Promotion events"),
            "investment:events",
            "investment.view_events",
        ),
    )


def _sign_in_figures() -> None:
    measured = f"{OWN}.queries.team_indicators"
    signs.indicators.add(
        Indicator(
            "investment.team_stops",
            _("Stops that teams made"),
            "stops",
            "flow",
            "investment",
            f"{measured}.measure_stops",
            f"{measured}.evidence_stops",
            _("By the day on which they were made; planned and called-off ones do not count."),
        ),
        Indicator(
            "investment.team_cost",
            _("Cost of investment teams"),
            "fen",
            "flow",
            "investment",
            f"{measured}.measure_cost",
            f"{measured}.evidence_cost",
            _("By the day on which it was spent; what was taken back counts no more."),
        ),
        Indicator(
            "investment.joint_events",
            _("Joint promotion events held"),
            "events",
            "flow",
            "investment",
            f"{measured}.measure_events",
            f"{measured}.evidence_events",
            _("Promotions that both sides convened, by the day on which they were held."),
            shared=Method.FULL_BOTH,
        ),
        Indicator(
            "investment.event_leads",
            _("Leads from joint promotion events"),
            "leads",
            "flow",
            "investment",
            f"{measured}.measure_event_leads",
            f"{measured}.evidence_event_leads",
            _("Each once, by the day of the event; both sides book it in full."),
            shared=Method.FULL_BOTH,
        ),
    )
