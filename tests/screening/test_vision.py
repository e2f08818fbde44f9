"""An outside vision model, asked over real HTTP: one signal, never a verdict, and no trace when it fails."""

import base64
import contextlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

from touchstone.engine.images.looking import Budget, Looking
from touchstone.engine.screen import Screener
from touchstone.errors import NotValid
from touchstone.screening.vision import MAX_ANSWER_BYTES, PATIENCE, Vision, open_vision


def completion(text: object) -> bytes:
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]}).encode()


class Endpoint:
    """A server that answers as told and remembers what it was sent."""

    def __init__(self) -> None:
        self.status, self.body, self.wait, self.headers = 200, completion('{"copy": 0.9}'), 0.0, {}
        self.seen: list[tuple[str, dict, dict]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                outer.seen.append((self.path, dict(self.headers), json.loads(raw)))
                time.sleep(outer.wait)
                self.send_response(outer.status)
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                with contextlib.suppress(OSError):  # the asker may be gone
                    self.wfile.write(outer.body)

            do_GET = do_POST

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def endpoint():
    made = Endpoint()
    yield made
    made.server.shutdown()
    made.server.server_close()


def ask(endpoint, *, timeout=5.0) -> tuple[float | None, list[str]]:
    told: list[str] = []
    return Vision(endpoint.url, "eye-1", told.append, timeout=timeout).ask(b"\xff\xd8jpeg", "Nike 鞋", "Nike"), told


def test_the_question_has_the_picture_the_title_and_the_brand(endpoint, monkeypatch):
    monkeypatch.setenv("TOUCHSTONE_VISION_KEY", "k-1")
    assert open_vision(endpoint.url + "/", "eye-1", lambda _: None).ask(b"\xff\xd8jpeg", "Nike 鞋", "Nike") == 0.9
    path, headers, body = endpoint.seen[0]
    text, picture = body["messages"][0]["content"]
    assert (path, headers["Authorization"], body["model"]) == ("/v1/chat/completions", "Bearer k-1", "eye-1")
    assert json.loads(text["text"].splitlines()[-1]) == {"title": "Nike 鞋", "brand": "Nike"}
    assert base64.b64decode(picture["image_url"]["url"].split(",")[1]) == b"\xff\xd8jpeg"


@pytest.mark.parametrize(
    ("text", "value"),
    [('{"copy": 0}', 0.0), ('```json\n{"copy": 1}\n```', 1.0), ("0.35", 0.35), ("The likelihood is 0.7.", 0.7)],
)
def test_a_number_is_found_in_the_answer(endpoint, text, value):
    endpoint.body = completion(text)
    assert ask(endpoint) == (value, [])


@pytest.mark.parametrize(
    "body",
    [
        completion('{"copy": 1.5}'), completion('{"copy": true}'), completion('{"copy": "NaN"}'), completion("yes"),
        completion("between 0.2 and 0.9"), completion(None), b"{}", b"[]", b"<html>", b"", b"\xff\xfe",
        completion("0.5" + " " * MAX_ANSWER_BYTES),
    ],
)  # fmt: skip
def test_an_answer_without_one_number_is_none(endpoint, body):
    endpoint.body = body
    value, told = ask(endpoint)
    assert value is None
    assert len(told) == 1


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
def test_an_error_is_no_answer_and_is_told(endpoint, status):
    endpoint.status = status
    value, told = ask(endpoint)
    assert value is None
    assert f"status {status}" in told[0]


def test_a_picture_goes_nowhere_else(endpoint):
    endpoint.status, endpoint.headers = 307, {"Location": endpoint.url + "/elsewhere"}
    assert ask(endpoint)[0] is None
    assert len(endpoint.seen) == 1


def test_a_slow_endpoint_is_left_and_after_some_failures_not_asked_again(endpoint):
    endpoint.wait = 1.0
    told: list[str] = []
    vision = Vision(endpoint.url, "eye-1", told.append, timeout=0.05)
    assert [vision.ask(b"x", "", "") for _ in range(PATIENCE + 3)] == [None] * (PATIENCE + 3)
    assert len(told) == 2
    assert "not asked again" in told[1]


def test_a_closed_port_is_no_answer():
    told: list[str] = []
    assert Vision("http://127.0.0.1:9", "eye-1", told.append, timeout=1).ask(b"x", "", "") is None
    assert len(told) == 1


@pytest.mark.parametrize(
    ("url", "model"), [("ftp://x", "m"), ("file:///etc/passwd", "m"), ("x", "m"), ("http://x", "")]
)
def test_a_wrong_address_or_no_model_is_an_error(url, model):
    with pytest.raises(NotValid):
        open_vision(url, model, lambda _: None)


def verdict(tmp_path, asker, **columns):
    pixels = np.random.default_rng(1).integers(0, 255, (80, 80, 3)).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    rights = pa.table({"brand": ["Nike"], "classes": ["25"], "reference_price": ["600"], "currency": ["CNY"]})
    listings = pa.table({"listing_id": ["1"], "title": ["Nike shoes"], "images": ["a.png"]})
    looking = Looking(asker=asker, questions=Budget(5))
    return Screener(rights).screen(listings, image_root=tmp_path, looking=looking).to_pylist()[0]


def test_the_answer_is_one_signal_and_never_a_verdict(endpoint, tmp_path):
    endpoint.body = completion('{"copy": 1}')
    row = verdict(tmp_path, Vision(endpoint.url, "eye-1", lambda _: None))
    assert row["verdict"] == "pass"
    assert [r["value"] for r in row["reasons"] if r["signal"] == "vision_copy"] == ["1.0"]
    assert not [r for r in row["reasons"] if r["signal"].startswith("rule:")]


def test_a_failure_leaves_no_trace_in_the_verdict(endpoint, tmp_path):
    endpoint.status = 500
    asked = verdict(tmp_path, Vision(endpoint.url, "eye-1", lambda _: None))
    assert asked == verdict(tmp_path, None)
    assert len(endpoint.seen) == 1
