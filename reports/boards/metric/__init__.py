"""One metric of one unit: what it is, how it went, what judges it, what its months say, and the units beside it.

seen        what was read, once
board       the whole page and its sentence
history     the months as a chart, with the limits then in force
limits      the limits by month, and since when
months      what is usual, the season, and what moves with it
ahead       the forecast
peers       the units side by side
definition  what the metric means
"""

from reports.boards.metric.board import metric_board
from reports.boards.metric.peers import PEERS_ON_PAGE, ranked
from reports.boards.metric.seen import SeenMetric

__all__ = ["PEERS_ON_PAGE", "SeenMetric", "metric_board", "ranked"]
