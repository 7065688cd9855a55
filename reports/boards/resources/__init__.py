"""Where money and people sit in a group, what they return, and how long its budgets last.

seen         what was read, once
board        the whole page, its headline figures
move         the sentence: the unit that earns most with a head, and what planned hires would bring there
spread       spend by unit as a treemap
efficiency   revenue a head against margin
budgets      spend against budget, and the day each runs out
people       heads by function, open positions
contractors  contractors in the staff budget against their limit
file         all of it as a table for spreadsheets
"""

from reports.boards.resources.board import resources_board
from reports.boards.resources.file import resources_file
from reports.boards.resources.seen import SeenResources, see

__all__ = ["SeenResources", "resources_board", "resources_file", "see"]
