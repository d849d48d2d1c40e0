"""Columns whose values are never shown (`mask`)."""

from sqlcore.services.masking.applying import MASKED, Mask, masked
from sqlcore.services.masking.planning import MaskPlanner
from sqlcore.services.masking.rules import MaskRules, parse_rules

__all__ = ["MASKED", "Mask", "MaskPlanner", "MaskRules", "masked", "parse_rules"]
