"""Addresses of the field, mounted at /registry/."""

from __future__ import annotations

from django.urls import path

from shanhai.fields.registry.views import (
    batches,
    calendar,
    day,
    documents,
    imports,
    journal,
    members,
    organisations,
    prints,
    regions,
    roles,
    rulebook,
    tokens,
)

app_name = "registry"
urlpatterns = [
    path("", day.index, name="day"),
    path("state/", day.state, name="state"),
    # Regions
    path("regions/", regions.index, name="regions"),
    path("regions/new/", regions.add, name="region_add"),
    path("regions/<str:code>/", regions.show, name="region"),
    path("regions/<str:code>/correct/", regions.correct, name="region_correct"),
    *(
        path(f"regions/<str:code>/{verb}/", regions.change, {"verb": verb}, name=f"region_{verb}")
        for verb in regions.CHANGES
    ),
    # Organisations and units
    path("organisations/", organisations.index, name="organisations"),
    path("organisations/new/", organisations.add, name="organisation_add"),
    path("organisations/<str:code>/", organisations.show, name="organisation"),
    path("organisations/<str:code>/change/", organisations.change, name="organisation_change"),
    path("organisations/<str:code>/close/", organisations.close, name="organisation_close"),
    path("organisations/<str:code>/reopen/", organisations.reopen, name="organisation_reopen"),
    path("organisations/<str:code>/units/new/", organisations.add_unit, name="unit_add"),
    path("units/", organisations.unit_index, name="units"),
    path("units/<str:code>/", organisations.unit, name="unit"),
    path("units/<str:code>/change/", organisations.change_unit, name="unit_change"),
    path("units/<str:code>/close/", organisations.close_unit, name="unit_close"),
    path("units/<str:code>/reopen/", organisations.reopen_unit, name="unit_reopen"),
    # People, roles, access
    path("members/", members.index, name="members"),
    path("members/new/", members.add, name="member_add"),
    path("members/<str:code>/", members.show, name="member"),
    path("members/<str:code>/read/", members.read, name="member_read"),
    path("members/<str:code>/access/", members.may_see, name="member_access"),
    path("members/<str:code>/change/", members.change, name="member_change"),
    path("members/<str:code>/move/", members.move, name="member_move"),
    path("members/<str:code>/deactivate/", members.deactivate, name="member_deactivate"),
    path("members/<str:code>/reactivate/", members.reactivate, name="member_reactivate"),
    path("members/<str:code>/roles/give/", members.give_role, name="role_give"),
    path("members/<str:code>/roles/take/", members.take_role, name="role_take"),
    path("members/<str:code>/deputy/", members.set_deputy, name="deputy_set"),
    path("members/<str:code>/deputy/<int:pk>/end/", members.end_deputy, name="deputy_end"),
    path("members/<str:code>/login/open/", members.open_login, name="login_open"),
    path("members/<str:code>/login/reset/", members.reset_password, name="login_reset"),
    path("members/<str:code>/login/close/", members.close_login, name="login_close"),
    path("members/<str:code>/login/reopen/", members.reopen_login, name="login_reopen"),
    path("keys/", tokens.index, name="tokens"),
    path("keys/<slug:prefix>/revoke/", tokens.withdraw, name="token_withdraw"),
    path("roles/", roles.index, name="roles"),
    path("roles/<str:code>/", roles.show, name="role"),
    path("access/", roles.table, name="access"),
    # Papers
    path("documents/", documents.index, name="documents"),
    path("documents/new/", documents.add, name="document_add"),
    path("documents/several/", prints.bring_several, name="documents_bring"),
    path("documents/<int:pk>/", documents.show, name="document"),
    path("documents/<int:pk>/file/", documents.file, name="document_file"),
    path("documents/<int:pk>/preview/", documents.preview, name="document_preview"),
    path("documents/<int:pk>/describe/", documents.describe, name="document_describe"),
    path("documents/<int:pk>/replace/", documents.replace, name="document_replace"),
    path("documents/<int:pk>/withdraw/", documents.withdraw, name="document_withdraw"),
    path("documents/<int:pk>/restore/", documents.restore, name="document_restore"),
    path("documents/<int:pk>/guest/", documents.guest, name="document_guest"),
    *(
        path(f"documents/<int:pk>/share/{verb}/", documents.share, {"verb": verb}, name=f"document_{verb}")
        for verb in documents.VERBS
    ),
    # Records on paper
    path("file-numbers/", prints.numbers, name="numbers"),
    path("file-numbers/<int:pk>/void/", prints.void, name="number_void"),
    path("records/<str:kind>/<int:pk>/", prints.show, name="prints"),
    path("records/<str:kind>/<int:pk>/paper.<str:form>", prints.paper, name="print"),
    path("records/<str:kind>/<int:pk>/text/", prints.text, name="text"),
    path("records/<str:kind>/<int:pk>/file.zip", prints.file, name="record_file"),
    path("records/<str:kind>/<int:pk>/number/", prints.issue, name="number_issue"),
    path("records/<str:kind>/<int:pk>/scan/", prints.scan, name="scan"),
    path("records/<str:kind>/<int:pk>/papers/", prints.bring, name="papers_bring"),
    # Rulebook and calendar
    path("rulebook/", rulebook.index, name="rulebook"),
    path("rulebook/<str:code>/", rulebook.show, name="rule"),
    path("rulebook/<str:code>/add/", rulebook.add, name="rule_add"),
    path("calendar/", calendar.this_year, name="calendar_now"),
    path("calendar/<int:year>/", calendar.show, name="calendar"),
    path("calendar/notice/", calendar.load, name="notice"),
    # Journal
    path("journal/", journal.index, name="journal"),
    path("journal/seals/", journal.all_seals, name="seals"),
    path("journal/receipt/", journal.take_receipt, name="receipt_take"),
    path("journal/prove/", journal.prove, name="prove"),
    path("journal/<int:pk>/", journal.entry, name="entry"),
    path("journal/<int:pk>/secret/<str:name>/", journal.read_secret, name="entry_secret"),
    path("journal/<int:pk>/secret/<str:name>/erase/", journal.erase_secret, name="entry_secret_erase"),
    # Imports, exports, templates
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.new, name="import_new"),
    path("imports/<int:pk>/", imports.show, name="import"),
    path("imports/<int:pk>/columns/", imports.columns, name="import_columns"),
    path("imports/<int:pk>/cure/", imports.cure, name="import_cure"),
    path("imports/<int:pk>/write/", imports.write, name="import_write"),
    path("imports/<int:pk>/undo/", imports.undo, name="import_undo"),
    path("imports/<int:pk>/discard/", imports.discard, name="import_discard"),
    path("imports/<int:pk>/refused.xlsx", imports.refused, name="import_refused"),
    path("batches/", batches.list_batches, name="batches"),
    path("batches/<int:pk>/", batches.show, name="batch"),
    path("batches/<int:pk>/columns/<int:part>/", batches.columns, name="batch_columns"),
    path("batches/<int:pk>/write/", batches.write, name="batch_write"),
    path("batches/<int:pk>/undo/", batches.undo, name="batch_undo"),
    path("batches/<int:pk>/discard/", batches.discard, name="batch_discard"),
    path("batches/<int:pk>/refused.xlsx", batches.refused, name="batch_refused"),
    path("registers/<str:code>/template.xlsx", imports.template, name="register_template"),
    path("registers/<str:code>/export.<str:form>", imports.export, name="register_export"),
]
