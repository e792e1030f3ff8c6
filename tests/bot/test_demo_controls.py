"""What *Skip ahead* turns the view to."""

from bot.demo.controls import thread_with_news

OLD = {"ts": "10.000001"}
AGENDA = {"ts": "11.000001", "latest_reply": "30.000002"}


def test_a_recap_is_shown_in_its_thread() -> None:
    assert thread_with_news([OLD, AGENDA], "20.000000") == "11.000001"


def test_what_is_said_in_the_channel_is_shown_there() -> None:
    digest = {"ts": "30.000001", "latest_reply": "30.000003"}
    assert thread_with_news([OLD, AGENDA, digest], "20.000000") is None
    assert thread_with_news([OLD, AGENDA], "40.000000") is None
    assert thread_with_news([], "0") is None
