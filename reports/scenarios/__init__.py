"""Scenarios as people work on them: what their base is read from, what is typed, and who may see and change one.

bases    what is expected of units, from stored forecasts, sheets and studies
asking   settings as they are typed, carried in an address and kept
rights   who may do what with a scenario
"""
