import pathlib
import time


def service():
    state = pathlib.Path("state").read_text()
    if state == "hanging":
        pathlib.Path("waiting").touch()
        time.sleep(60)
    return state


def test_answers():
    assert service() == "up", "the service is down"


def test_greets(): pass  # goes
