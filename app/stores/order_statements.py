"""The statements by which staged orders are merged (app/stores/order_staging.py says when each runs)."""

from __future__ import annotations

_ORDER = (
    "n int, order_id text, customer_id text, email text, ordered_at timestamptz, currency text, status text,"
    " source text, staff text, sells bool, worth bool, lines int,"
    " updated_at timestamptz, problem bool"
)
_LINE = (
    "n int, line int, product_id text, title text, product_type text, tags jsonb, kind text, price bigint,"
    " quantity int, engraving text"
)
TABLES = {
    "staged_orders": f"({_ORDER}, fresh bool not null default false) on commit delete rows",
    "staged_lines": f"({_LINE}) on commit delete rows",
    # What of this file has landed so far, an order's first part only.
    "landed_orders": f"({_ORDER}, part int, primary key (order_id))",
    "late_orders": f"({_ORDER}, part int, primary key (order_id, part))",
    "late_lines": f"({_LINE}, part int)",
}
ORDER_COLUMNS = (
    "n, order_id, customer_id, email, ordered_at, currency, status, source, staff, sells, worth, lines,"
    " updated_at, problem"
)
LINE_COLUMNS = "n, line, product_id, title, product_type, tags, kind, price, quantity, engraving"

# Shopify's own word on an order is newer than any file's, and its later word newer than its earlier one.
LEAVE_TO_SHOPIFY = """
delete from staged_orders s using orders o
where o.shop_id = :shop and o.order_id = s.order_id and o.updated_at is not null
  and (s.updated_at is null or o.updated_at > s.updated_at)
returning s.lines
"""

# While a chunk lands, nobody is erased or merged (erasures.wait_for_imports); chunks do not wait for each
# other.
KEEP_ERASURES_OUT = "select pg_advisory_xact_lock_shared(:lock, :shop)"

_DIGEST = "encode(sha256(convert_to(k.salt || ':' || {id}, 'UTF8')), 'hex')"
_SALTS = "(select distinct salt from erasures where shop_id = :shop)"

# Who asked to be forgotten does not come back with a file; what she ordered after that is a new relationship.
LEAVE_FORGOTTEN = f"""
with forgotten as (
  select s.n from {_SALTS} k cross join staged_orders s
  join erasures e
    on e.shop_id = :shop and e.at > s.ordered_at and e.digest = {_DIGEST.format(id="s.customer_id")}
)
delete from staged_orders s using forgotten f where s.n = f.n returning s.lines
"""  # noqa: S608 - put together from our own words alone

# An id that went with a merge is kept under the one that stayed.
FOLLOW_MERGES = """
update staged_orders s set customer_id = a.customer_id
from aliases a where a.shop_id = :shop and a.alias = s.customer_id
"""

# The customers an address belongs to; a real id before a provisional one, and the same one each time.
KNOWN_BY_EMAIL = """
update staged_orders s set customer_id = known.customer_id
from (
  select distinct on (lower(email)) lower(email) as email, customer_id from customers
  where shop_id = :shop and lower(email) in (select email from staged_orders where email <> '')
  order by lower(email), customer_id like 'email:%', customer_id
) known
where known.email = s.email
"""

PUT_OFF = """
with late as (
  delete from staged_orders s
  where exists (select from landed_orders d where d.order_id = s.order_id)
    or exists (select from late_orders d where d.order_id = s.order_id)
    or exists (
      select from order_lines l
      where l.shop_id = :shop and l.order_id = s.order_id and l.line > s.lines)
  returning *
)
insert into late_orders
select n, order_id, customer_id, email, ordered_at, currency, status, source, staff, sells, worth, lines,
  updated_at, problem, :part
from late returning n
"""

PUT_OFF_LINES = """
insert into late_lines
select n, line, product_id, title, product_type, tags, kind, price, quantity, engraving, :part
from staged_lines where n = any(:late)
"""

NOTE_LANDED = """
insert into landed_orders
select n, order_id, customer_id, email, ordered_at, currency, status, source, staff, sells, worth, lines,
  updated_at, problem, :part
from staged_orders
"""

# The customers of a file that names them by Shopify's own id. Who was forgotten comes with a new order alone.
MENTION_KNOWN = f"""
insert into customers (shop_id, customer_id) select :shop, id from unnest(cast(:ids as text[])) id
where not exists (
  select from {_SALTS} k join erasures e on e.shop_id = :shop and e.digest = {_DIGEST.format(id="id")})
and not exists (select from aliases a where a.shop_id = :shop and a.alias = id)
on conflict do nothing
"""  # noqa: S608 - put together from our own words alone

MENTION = """
insert into customers (shop_id, customer_id, email)
select distinct on (customer_id) :shop, customer_id, email from staged_orders
where customer_id <> '' order by customer_id
on conflict do nothing
"""

# A file says nothing of what is open. A history that was gathered before a message of the same instant was
# heard does not take back what that said: a refund under way is told before its order moves.
_PROBLEM = (
    "case when excluded.updated_at is null then o.problem"
    " when excluded.updated_at = o.updated_at then o.problem or excluded.problem else excluded.problem end"
)
MERGE_ORDERS = """
with merged as (
  insert into orders as o
    (shop_id, order_id, customer_id, ordered_at, currency, status, source, staff, updated_at, problem)
  select :shop, order_id, nullif(customer_id, ''), ordered_at, currency,
    case when status <> '' then status when not sells then 'returned'
      when not worth then 'zero_value' else 'counted' end,
    source, staff, updated_at, problem
  from staged_orders order by order_id
  on conflict (shop_id, order_id) do update set
    customer_id = excluded.customer_id, ordered_at = excluded.ordered_at, currency = excluded.currency,
    status = excluded.status, source = excluded.source, staff = excluded.staff,
    updated_at = excluded.updated_at,
    problem = {problem}
  where (o.updated_at is null or o.updated_at <= excluded.updated_at) and
    (o.customer_id, o.ordered_at, o.currency, o.status, o.source, o.staff, o.updated_at, o.problem)
    is distinct from
    (excluded.customer_id, excluded.ordered_at, excluded.currency, excluded.status, excluded.source,
      excluded.staff, excluded.updated_at, {problem})
  returning order_id, xmax = 0 as fresh
), marked as (
  update staged_orders s set fresh = true from merged m where m.fresh and m.order_id = s.order_id
)
select count(*) filter (where fresh), count(*) filter (where not fresh) from merged
""".replace("{problem}", f"({_PROBLEM})")

# Nobody else can have written lines of an order that this transaction made.
ADD_LINES = """
insert into order_lines
  (shop_id, order_id, line, product_id, title, product_type, tags, kind, price, quantity, engraving)
select :shop, s.order_id, l.line, product_id, title, product_type, tags, kind, price, quantity, engraving
from staged_lines l join staged_orders s using (n) where s.fresh
"""

MERGE_LINES = """
with merged as (
  insert into order_lines as o
    (shop_id, order_id, line, product_id, title, product_type, tags, kind, price, quantity, engraving)
  select :shop, s.order_id, l.line, product_id, title, product_type, tags, kind, price, quantity, engraving
  from staged_lines l join staged_orders s using (n) where not s.fresh
  on conflict (shop_id, order_id, line) do update set
    product_id = case when excluded.product_id <> '' then excluded.product_id else o.product_id end,
    title = excluded.title, product_type = excluded.product_type, tags = excluded.tags,
    kind = excluded.kind, price = excluded.price, quantity = excluded.quantity,
    engraving = excluded.engraving
  where (o.title, o.product_type, o.tags, o.kind, o.price, o.quantity, o.engraving) is distinct from
    (excluded.title, excluded.product_type, excluded.tags, excluded.kind, excluded.price,
      excluded.quantity, excluded.engraving)
    or (excluded.product_id <> '' and o.product_id <> excluded.product_id)
  returning xmax = 0 as fresh
)
select count(*) filter (where fresh), count(*) filter (where not fresh) from merged
"""

NEXT_LATE = "select distinct order_id from late_orders where order_id > :after order by 1 limit 5000"

# Put the parts of the orders named together: the first part's word on the order, all parts' lines.
GATHER = """
with parts as (
  select n, order_id, customer_id, email, ordered_at, currency, status, source, staff, sells, worth, lines,
    updated_at, problem, part, true as landed from landed_orders where order_id = any(:ids)
  union all
  select n, order_id, customer_id, email, ordered_at, currency, status, source, staff, sells, worth, lines,
    updated_at, problem, part, false from late_orders where order_id = any(:ids)
), placed as (
  select *, dense_rank() over (order by order_id)::int as place,
    (sum(lines) over (partition by order_id order by part) - lines)::int as before
  from parts
), gathered as (
  insert into staged_orders
  select distinct on (order_id) place, order_id, customer_id, email, ordered_at, currency,
    max(status) over whole, source, staff, bool_or(sells) over whole, bool_or(worth) over whole,
    (sum(lines) over whole)::int, updated_at, problem
  from placed window whole as (partition by order_id) order by order_id, part
)
insert into staged_lines
select p.place, p.before + l.line, l.product_id, l.title, l.product_type, l.tags, l.kind, l.price,
  l.quantity, l.engraving
from placed p join late_lines l on l.part = p.part and l.n = p.n where not p.landed
"""

STAGED = """
select (select count(*) from staged_orders), (select count(*) from staged_lines join staged_orders using (n))
"""

DROP_SURPLUS = """
delete from order_lines l using staged_orders s
where l.shop_id = :shop and l.order_id = s.order_id and l.line > s.lines
"""

# What the file's orders count as; those of which a part has landed were counted then.
BY_STATUS = """
select case when status <> '' then status when not sells then 'returned'
  when not worth then 'zero_value' else 'counted' end, count(*)
from staged_orders s
where not :late or not exists (select from landed_orders d where d.order_id = s.order_id)
group by 1
"""
