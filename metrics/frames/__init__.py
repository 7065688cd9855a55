"""What the engine reads: rows as columns of numbers, all as they stood at one mark."""

from metrics.frames.company import chart, foreign, other_trees, outline, tree
from metrics.frames.figures import rows, rows_of_groups
from metrics.frames.news import news

__all__ = ["chart", "foreign", "news", "other_trees", "outline", "rows", "rows_of_groups", "tree"]
