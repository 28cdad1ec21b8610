"""No letter names an occasion, a piece, a price or a person (promise 7)."""

from __future__ import annotations

import pytest

from app.domain.discretion import Record, said_too_much
from app.domain.templates import DEFAULTS, Template, check, fill
from scoring.history import Milestone

KNOWN = Record(
    own_names=("Alma", "Reyes"),
    milestones=[
        Milestone("anniversary", 12, 9, 2016, "stated", 1.0, person="Leila, his wife"),
        Milestone("birthday", 3, 9, None, "stated", 1.0, person="Alma"),
    ],
    titles=["Court band in gold", "Locket"],
)


@pytest.mark.parametrize(
    "text",
    [
        "Happy anniversary",
        "your BIRTHDAY is near",
        "for your wedding",
        "the eternity band you looked at",
        "those earrings",
        "your ring",
        "two rings to compare",
        "a sapphire to match",
        "from £2,400",
        "about 900 pounds",
        "GBP 1200",
        "with your husband",
        "something for your wife’s desk",
        "for Valentine’s Day",
    ],
)
def test_what_would_give_it_away_is_noticed(text: str) -> None:
    assert said_too_much(text)


@pytest.mark.parametrize(
    "text",
    [
        "I'll give you a ring next week",
        "Watch this space: we set aside some time for you",
        "I keep some time free for clients I have looked after before.",
        "Come in on 14 May at 3 o'clock",
        "You were in charge of the choice; I am engrossed",
        "It would be lovely to see you. Ines",
    ],
)
def test_everyday_words_are_left_alone(text: str) -> None:
    assert said_too_much(text) == ()


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("Say hello to Leila", "“Leila” is a person on the record."),
        ("See you on 9 December", "“9 December” is a date on the record."),
        ("About your court band in gold", "“court band in gold” is a piece on the record."),
    ],
)
def test_what_only_the_record_knows_is_noticed_with_it_alone(text: str, because: str) -> None:
    assert said_too_much(text) == ()
    assert said_too_much(text, KNOWN) == (because,)


def test_her_own_name_may_stand_in_her_letter() -> None:
    assert said_too_much("Dear Alma, dear Mrs Reyes", KNOWN) == ()


@pytest.mark.parametrize("template", DEFAULTS, ids=lambda template: template.template_id)
def test_the_templates_of_the_house_say_nothing_they_must_not(template: Template) -> None:
    assert check(template) == {}


@pytest.mark.parametrize(
    ("body", "because"),
    [
        ("Your {occasion} is near", "{occasion} would name the occasion."),
        ("The {last_piece}", "{last_piece} would name a piece."),
        ("For {price}", "{price} would name a price."),
        ("And {partner}", "{partner} would name a person."),
        (
            "Dear {frist_name}",
            "There is no {frist_name}: there are {first_name}, {advisor}, {house}, {link}.",
        ),
        ("Dear {first_name", "A brace stands alone: places are written like {first_name}."),
        ("{first_name.__class__}", "There is no {first_name.__class__}"),
        ("Happy anniversary, {first_name}", "“anniversary” names an occasion."),
    ],
)
def test_a_template_that_could_name_what_may_not_be_said_is_refused_with_the_reason(
    body: str, because: str
) -> None:
    problems = check(Template("t", "A name", "A word from {house}", body))
    assert problems["body"].startswith(because)
    assert set(problems) == {"body"}


def test_a_subject_is_held_to_the_same_rule() -> None:
    assert "names an occasion" in check(Template("t", "A name", "Your anniversary", "Hello"))["subject"]


def test_places_are_filled_and_nothing_else_is_touched() -> None:
    assert fill("{first_name}, {link} {x}", {"first_name": "{link}", "link": "L"}) == "{link}, L {x}"
