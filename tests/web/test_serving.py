"""What every door shares: what goes wrong is logged by its kind and its place."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from app.factory import create_app
from app.wiring import Services
from tests.usecases.alder import DOMAIN, open_alder
from tests.web import proxy
from tests.web.proxy import batch


def test_no_word_of_an_unexpected_error_reaches_the_log(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL says "Failing row contains (7001, alma@clients.example, …)"."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("Failing row contains (7001, alma@clients.example)")

    open_alder(services.database)
    monkeypatch.setattr("app.web.storefront.observe_session", fail)
    client = create_app(services=services).test_client()
    with capture_logs() as logged:
        answer = proxy.post(client, "/proxy/events", "7001", batch(), shop=DOMAIN)
    assert answer.status_code == 204, "the shop hears nothing of it"
    (entry,) = logged
    assert (entry["event"], entry["error"]) == ("storefront.broken", "RuntimeError")
    assert any(place.startswith("web/storefront.py:") for place in entry["at"])
    assert "alma" not in str(entry)
    assert "exc_info" not in entry, "a traceback ends with the error's words"
