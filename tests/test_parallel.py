"""Work that processes share is done, even if some of them fail."""

from __future__ import annotations

import multiprocessing
import os

import pytest

from chatbot.parallel import WORTH, each

LAST = WORTH + 100


def square(number: int) -> int:
    return number * number


def square_or_die(number: int) -> int:
    """Works only in another process than that of the test."""
    if number == 300 and multiprocessing.parent_process():
        os._exit(1)
    return number * number


def refuse(number: int) -> int:
    if number == 300:
        raise OSError("no")
    return number


@pytest.mark.slow
@pytest.mark.parametrize("make", [square, square_or_die])
def test_all_is_made_in_order(make: object) -> None:
    """Each thing is made once and in order, even if a process is killed."""
    assert callable(make)
    assert list(each(make, range(LAST), workers=2)) == [number**2 for number in range(LAST)]


@pytest.mark.slow
def test_errors_are_told() -> None:
    """An error in a process is raised as if it had happened here."""
    made = each(refuse, range(LAST), workers=2)
    with pytest.raises(OSError, match="no"):
        list(made)


def test_few_things_need_no_process() -> None:
    """If there are few things, this process makes them, with any function."""
    assert list(each(lambda number: number + 1, range(3), workers=2)) == [1, 2, 3]
