"""Words for what grades are made of."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

# The ratios of both formulas, in their order.
RATIOS = {
    "tax_per_mu": _("Tax per mu"),
    "value_added_per_mu": _("Value added per mu"),
    "value_added_per_tce": _("Value added per tce"),
    "value_added_per_emission": _("Value added per tonne emitted"),
    "labour_productivity": _("Value added per employee"),
    "rd_intensity": _("R&D by revenue"),
    "tax_per_kwh": _("Tax per kWh"),
}
