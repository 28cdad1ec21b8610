"""Where an address may sit down, asked once instead of shop by shop."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    # A way past the isolation, as steward_shop_id is: it tells numbers alone, of those who work there now.
    op.execute(
        """
        create function steward_seats(address text) returns table (shop_id bigint, advisor_id bigint)
        language sql stable security definer set search_path = public, pg_temp
        as $body$
          select advisors.shop_id, advisors.advisor_id from advisors
          where advisors.active and lower(advisors.email) = lower($1)
          order by 1, 2
        $body$
        """
    )
    op.execute("revoke all on function steward_seats(text) from public")
    op.execute("grant execute on function steward_seats(text) to steward_app")
