"""Statistics of monthly series: pure arithmetic over matrices of months × series, many series at once.

    trend         the median slope a month over two years, and whether it is more than luck
    seasonality   what a month's place in the year adds, and how much of the series that is
    distribution  median, quartiles, median distance, skew in words
    shifts        from one month on the series stands somewhere else, and stays there
    outliers      single months apart from those around them
    anomaly       the newest month against what level, trend and season say, which takes the ones above apart
    correlation   which figures move together, how many months apart, and how far to trust it
    study         all of it for some units, as documents to be stored

The last row is the newest month that counts as known; missing months are nan, skipped and counted, never 0. All of it
stands on medians: a month that is far off moves none of what it is judged by. Deterministic: the same figures give
the same statistics.
"""
