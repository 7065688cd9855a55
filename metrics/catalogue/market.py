"""Market and operations: scores and shares that a source states as they are."""

from __future__ import annotations

from metrics.declaration import Metric

from .terms import reported

CHAPTER: tuple[Metric, ...] = (
    reported("satisfaction", "Customer satisfaction"),
    reported("market_share", "Market share", "ratio", "ratio"),
    reported("market_growth", "Market growth", "ratio", "ratio"),
    reported("competitive_index", "Competitive index"),
    reported("brand", "Brand"),
    reported("productivity", "Productivity"),
    reported("quality", "Quality"),
    reported("innovation", "Innovation"),
)
