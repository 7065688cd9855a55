"""The pages of thresholds: the list, one of them with its form, and what it would have done in the past."""
