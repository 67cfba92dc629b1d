from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    """Pages, API and commands of core's nouns, and the administrator's day."""

    name = "shanhai.fields.registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Sign the field in: what it brings stands here and nowhere else."""
        from shanhai.core import signs
        from shanhai.core.signs import AccessRow, CommandGroup, RecordKind, ZonePart
        from shanhai.fields.registry import columns
        from shanhai.webkit import signs as pages
        from shanhai.webkit.signs import MenuEntry, Panel

        signs.access_rows.add(*_access_rows(AccessRow))
        signs.registers.add(*columns.REGISTERS)
        papers = "shanhai.fields.registry.queries.papers"
        places = "shanhai.fields.registry.queries.organisations"
        signs.record_kinds.add(
            RecordKind(
                "core.document",
                _("Paper"),
                "registry.view_documents",
                url=f"{papers}.url_of",
                sees=f"{papers}.is_shown_to",
            ),
            RecordKind(
                "core.organisation",
                _("Organisation"),
                "registry.view_organisations",
                url=f"{places}.url_of",
            ),
            RecordKind("core.unit", _("Office unit"), "registry.view_units", url=f"{places}.url_of_unit"),
            RecordKind("core.region", _("Region"), "registry.view_regions", url=f"{places}.url_of_region"),
        )
        signs.zone_parts.add(
            ZonePart(
                "registry",
                10,
                "shanhai.fields.registry.zone.load",
                "shanhai.fields.registry.zone.export",
                files=("rulebook_values",),
            )
        )
        signs.zone_parts.add(
            ZonePart(
                "registry.numbers",
                90,
                "shanhai.fields.registry.zone_numbers.load",
                "shanhai.fields.registry.zone_numbers.export",
                files=("file_marks", "file_numbers"),
            )
        )
        signs.command_groups.add(
            CommandGroup(
                "registry",
                _("Regions, organisations, people, papers, rulebook and calendar."),
                "shanhai.fields.registry.cli.app",
            )
        )
        pages.panels.add(
            Panel(
                "registry.prints",
                "record",
                80,
                "shanhai.fields.registry.views.prints.panel",
                "registry.view_prints",
            )
        )
        pages.menu.add(
            MenuEntry(
                "registry.registers", "account", 20, _("Registers"), "registry:day", "registry.view_day"
            ),
            MenuEntry(
                "registry.journal", "account", 30, _("Journal"), "registry:journal", "registry.view_journal"
            ),
        )


def _access_rows(row: type) -> list:
    """Who opens the field's pages, reads its masked columns and writes its registers."""
    administrators = frozenset({"administrator"})
    offices = frozenset({"administrator", "office"})
    witnesses = frozenset({"administrator", "office", "leader", "auditor"})
    everybody = {
        "registry.view_day": _("See what the registers hold and what they lack."),
        "registry.view_regions": _("See regions and their history."),
        "registry.view_region_changes": _("See the changes of regions."),
        "registry.view_organisations": _("See organisations and their units."),
        "registry.view_units": _("See units and the steps of their papers."),
        "registry.view_members": _("See members of organisations."),
        "registry.view_roles": _("See what roles may see and do."),
        "registry.view_documents": _("See papers that are shown to oneself."),
        "registry.view_rulebook": _("See the figures that offices set, with their sources."),
        "registry.view_calendar": _("See the working days of a year."),
        "registry.view_prints": _("Print records, and see what was printed and signed."),
        "registry.import": _("Bring spreadsheets for registers."),
    }
    return [
        *(row(code, about, scope="any", kind="page") for code, about in everybody.items()),
        row(
            "registry.view_journal",
            _("See the journal, its seals and receipts."),
            witnesses,
            scope="any",
            kind="page",
        ),
        row("registry.view_access", _("See the whole access table."), witnesses, scope="any", kind="page"),
        row(
            "registry.keep_people",
            _("Open the forms for people, units and roles."),
            administrators,
            scope="any",
            kind="page",
        ),
        row(
            "registry.keep_places",
            _("Open the forms for regions and organisations."),
            offices,
            scope="any",
            kind="page",
        ),
        row(
            "registry.keep_rules",
            _("Open the forms for rulebook and calendar."),
            administrators,
            scope="any",
            kind="page",
        ),
        row(
            "registry.view_tokens",
            _("See the keys of everybody's programs."),
            administrators,
            scope="any",
            kind="page",
        ),
        row("registry.file_papers", _("Open the forms for papers."), scope="any", kind="page"),
        row(
            "registry.read_phone",
            _("Read telephone numbers and e-mail addresses of members."),
            frozenset({"administrator", "office", "leader", "dispatcher"}),
            scope="any",
            kind="column",
        ),
        row("registry.write_regions", _("Write regions from a spreadsheet."), offices, scope="any"),
        row(
            "registry.write_region_changes",
            _("Write the history of regions from a spreadsheet."),
            offices,
            scope="any",
        ),
        row(
            "registry.write_organisations",
            _("Write organisations from a spreadsheet."),
            offices,
            scope="any",
        ),
        row("registry.write_units", _("Write units from a spreadsheet."), administrators, scope="any"),
        row("registry.write_members", _("Write members from a spreadsheet."), administrators, scope="any"),
        row("registry.write_role_grants", _("Write roles from a spreadsheet."), administrators, scope="any"),
    ]
