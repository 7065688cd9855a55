"""The pages of scenarios: what one reads, the drivers, what follows from them, the list, and several side by side.

seen      a scenario with its base, its settings and the case, read once for a page
drivers   a driver as a row with its slider and what it adds
drawing   which lines are printed, in which unit of money; drawn and lines print them
picture   what follows: sentence, bridge, statement, cash and months
page      one scenario, with its steps
listing   the scenarios of a reader
compared  up to three side by side
file      one as a table for spreadsheets
"""
