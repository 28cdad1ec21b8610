"""A letter in a person's own words, and what its headers say."""

from __future__ import annotations

from uuid import uuid4

from app.mail.envelope import Post, seal
from app.mail.personal import personal
from tests.conftest import NOW

NO_MORE = "https://steward.example/letters/t"
BODY = "Dear <Alma> & co,\n\nCome in.\nhttps://alder.example/account/login?return_url=/a&b=1\n\nInes"


def test_her_words_stay_as_they_are_in_both_parts() -> None:
    letter = personal(subject="A word", body=BODY, unsubscribe=NO_MORE)
    assert letter.text.startswith(BODY)
    assert "Dear &lt;Alma&gt; &amp; co," in letter.html
    assert "Come in.<br><a href=" in letter.html
    assert letter.text.endswith(f"{NO_MORE}\n")
    assert letter.html.count(NO_MORE) == 2


def test_the_headers_let_the_client_answer_her_and_say_no_in_one_step() -> None:
    post = Post(
        uuid4(), "alma@clients.example", "A word", BODY, reply_to="ines@alder.example", unsubscribe=NO_MORE
    )
    message = seal(post, house="Maison Alder", sender="Steward <steward@localhost>", now=NOW)
    assert message["Reply-To"] == "ines@alder.example"
    assert message["List-Unsubscribe"] == f"<{NO_MORE}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] is None, "a person wrote it"


def test_a_letter_of_the_houses_own_carries_neither() -> None:
    message = seal(Post(uuid4(), "a@b.example", "A word", "Hello"), house="H", sender="s@localhost", now=NOW)
    assert (message["List-Unsubscribe"], message["Reply-To"]) == (None, None)
    assert message["Auto-Submitted"] == "auto-generated"
