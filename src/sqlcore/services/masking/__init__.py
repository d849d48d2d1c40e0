"""Columns whose values are never shown (`mask`)."""

from sqlcore.services.masking.applying import MASKED, Mask, masked
from sqlcore.services.masking.planning import plan_mask

__all__ = ["MASKED", "Mask", "masked", "plan_mask"]
