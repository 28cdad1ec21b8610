"""What a process of its own needs to work on the test's stores."""

from __future__ import annotations

import pytest

from app.config import Settings


@pytest.fixture
def worker_environment(settings: Settings) -> dict[str, str]:
    return {
        "STEWARD_ENV": "test",
        "STEWARD_DATA": str(settings.data),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": settings.secret_key,
        "SMTP_URL": settings.smtp_url,
        "LEASE_SECONDS": "2",
        "SANDBOX_URL": "",
    }
