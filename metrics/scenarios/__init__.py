"""Scenarios: what the months ahead come to if something is done otherwise. Pure, in plain Python.

base        what is expected of a unit: the lines of its statement and its cash by month, and what it stands on
drivers     what can be done otherwise: measure, range and step, and how a typed number is read
acting      what a driver adds to the lines of a month
balances    what changed lines and changed days do to cash
case        the base with the drivers laid on, one after the other, and what each of them adds

Money is int ten-thousandths. A driver acts in months to come only, from its first month on; what is closed stays as
it is. What a driver adds to a line is rounded half-even to a ten-thousandth, once for each line, month and driver;
subtotals and ratios follow from the lines by the catalogue's own formulas. Drivers act in the order they stand in, each
on what those before it left, so that what they add sums to the whole difference exactly. A month that is missing
stays missing with its reason: nothing acts on what nobody knows.
"""
