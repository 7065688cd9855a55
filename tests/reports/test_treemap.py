"""A treemap: areas in proportion, nothing outside, nothing twice, and what is too small as one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.charts.treemap import Box, folded, squarified

SIZES = st.lists(st.floats(1, 1e9), min_size=1, max_size=40).map(lambda sizes: sorted(sizes, reverse=True))


def test_four_equal_sizes_are_four_squares() -> None:
    assert squarified([1, 1, 1, 1], 200, 200) == [
        Box(0, 0, 100, 100),
        Box(0, 100, 100, 100),
        Box(100, 0, 100, 100),
        Box(100, 100, 100, 100),
    ]


def test_the_example_of_the_paper_is_laid_out_as_there() -> None:
    boxes = squarified([6, 6, 4, 3, 2, 2, 1], 6, 4)

    assert [(round(box.x, 2), round(box.y, 2), round(box.width, 2), round(box.height, 2)) for box in boxes] == [
        (0, 0, 3, 2),
        (0, 2, 3, 2),
        (3, 0, 1.71, 2.33),
        (4.71, 0, 1.29, 2.33),
        (3, 2.33, 1.2, 1.67),
        (4.2, 2.33, 1.2, 1.67),
        (5.4, 2.33, 0.6, 1.67),
    ]


@given(SIZES)
def test_areas_are_in_proportion_and_fill_the_whole(sizes: list[float]) -> None:
    boxes = squarified(sizes, 552, 332)

    assert sum(box.width * box.height for box in boxes) == pytest.approx(552 * 332)
    for size, box in zip(sizes, boxes, strict=True):
        assert box.width * box.height == pytest.approx(size / sum(sizes) * 552 * 332, rel=1e-6)
        assert box.x >= -1e-6 and box.y >= -1e-6
        assert box.x + box.width <= 552 + 1e-3 and box.y + box.height <= 332 + 1e-3


@given(SIZES)
def test_no_two_rectangles_share_a_place(sizes: list[float]) -> None:
    boxes = squarified(sizes, 358, 420)
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
            down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
            assert min(across, down) <= 1e-3


def test_nothing_fills_nothing() -> None:
    assert squarified([], 100, 100) == []


@pytest.mark.parametrize("sizes", [[1.0, 0.0], [2.0, -1.0], [1.0, 2.0]])
def test_what_has_no_area_or_no_order_is_refused(sizes: list[float]) -> None:
    with pytest.raises(ValueError, match="positive and descend"):
        squarified(sizes, 100, 100)


@pytest.mark.parametrize(
    ("sizes", "kept"),
    [
        ([], 0),
        ([5], 1),
        ([500, 500, 1, 1], 2),
        ([500, 500, 1], 3),  # one small one alone keeps its own place
        ([10] * 60, 60),
        ([10] * 61, 59),
        ([1] * 300, 59),
        ([1] * 5000, 0),  # of five thousand alike each is too small
    ],
)
def test_small_ones_are_folded_into_one(sizes: list[float], kept: int) -> None:
    assert folded(sizes) == kept
