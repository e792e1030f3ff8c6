"""The small cache: each entry for so long, so many at most, from several threads."""

import threading

from bot.adapters.remembered import Remembered


class Ticks:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_an_entry_lasts_its_time_and_no_longer() -> None:
    ticks = Ticks()
    held: Remembered[str, int] = Remembered(60, monotonic=ticks)
    held.put("a", 1)

    ticks.now += 59.9
    assert held.get("a") == 1
    ticks.now += 0.1
    assert held.get("a") is None


def test_putting_it_again_begins_its_time_anew() -> None:
    ticks = Ticks()
    held: Remembered[str, int] = Remembered(60, monotonic=ticks)
    held.put("a", 1)
    ticks.now += 50
    held.put("a", 2)
    ticks.now += 50

    assert held.get("a") == 2


def test_the_oldest_gives_way() -> None:
    held: Remembered[int, int] = Remembered(60, most=3)
    for number in range(3):
        held.put(number, number)
    held.put(0, 0)
    held.put(3, 3)

    assert [held.get(number) for number in range(4)] == [0, None, 2, 3]


def test_what_is_dropped_is_gone_and_dropping_nothing_is_no_trouble() -> None:
    held: Remembered[str, int] = Remembered(60)
    held.put("a", 1)
    held.drop("a")
    held.drop("b")

    assert held.get("a") is None


def test_several_threads_may_use_it() -> None:
    held: Remembered[int, int] = Remembered(60, most=10)
    failed: list[BaseException] = []

    def use() -> None:
        try:
            for number in range(2000):
                held.put(number % 30, number)
                held.get(number % 7)
                held.drop(number % 11)
        except BaseException as error:  # noqa: BLE001 - the test's own thread tells of it
            failed.append(error)

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
