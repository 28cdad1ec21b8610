"""The figures for a monitor: behind a token, and of all processes together."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.factory import create_app
from app.wiring import Services

TOKEN = "a token for monitors"
ASK = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def client(services: Services) -> FlaskClient:
    settings = replace(services.settings, metrics_token=TOKEN)
    return create_app(services=replace(services, settings=settings)).test_client()


def test_without_a_token_in_the_settings_there_is_no_such_page(services: Services) -> None:
    assert create_app(services=services).test_client().get("/metrics", headers=ASK).status_code == 404


@pytest.mark.parametrize("given", ["", TOKEN, "Bearer ", "Bearer another", "Bearer é"])
def test_who_has_not_the_token_is_turned_away(client: FlaskClient, given: str) -> None:
    assert client.get("/metrics", headers={"Authorization": given}).status_code == 401


def test_one_process_says_that_it_speaks_for_itself(client: FlaskClient) -> None:
    answer = client.get("/metrics", headers=ASK)
    assert answer.status_code == 200
    assert answer.text.startswith("# Of one process alone")
    assert "steward_storefront_answers_total" in answer.text


COUNTING = """
from app.web.storefront import ANSWERS
ANSWERS.labels("a test").inc(21)
"""
SUMMING = """
from types import SimpleNamespace
from flask import Flask
from app.factory import metrics
app = Flask("app")
app.extensions["steward"] = SimpleNamespace(settings=SimpleNamespace(metrics_token="{token}"))
with app.test_request_context(headers={{"Authorization": "Bearer {token}"}}):
    print(metrics().get_data(as_text=True))
"""


def test_several_processes_are_added_up(tmp_path: Path) -> None:
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    said = ""
    for code in (COUNTING, COUNTING, SUMMING.format(token=TOKEN)):
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        )
        said = done.stdout
    assert 'steward_storefront_answers_total{answer="a test"} 42.0' in said
