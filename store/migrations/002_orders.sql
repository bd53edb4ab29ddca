-- Orders: the sheet that is watched, what is known of each order, what was said about it, and the merchant's words.

create table sheets (
  merchant text primary key references merchants (id) on delete cascade,
  kind text not null check (kind in ('file', 'google')),
  line text not null,
  -- Where it is: a path, or a spreadsheet and its tab. Nothing secret.
  config jsonb not null,
  credentials bytea,
  -- The merchant's own headers per field.
  columns jsonb not null default '{}',
  running boolean not null default false,
  since timestamptz,
  -- What was known after the last reading that was believed; null before the first. `version` makes two pollers take turns.
  memory jsonb,
  modified text,
  version int not null default 0,
  header jsonb not null default '{}',
  row_count int,
  problems jsonb not null default '[]',
  -- Why nothing is believed or reachable at present; told once per trouble.
  trouble jsonb,
  last_poll_at timestamptz,
  -- Message types as they were switched at the last poll: switching one off cancels what waits.
  switches jsonb,
  created_at timestamptz not null default now()
);

create table orders (
  merchant text not null references merchants (id) on delete cascade,
  id text not null,
  row_key text not null,
  -- The merchant's own order id as typed; null where the sheet has none.
  number text,
  fields jsonb not null default '{}',
  -- Where the customer may be reached, best first; or why not.
  phones jsonb not null default '[]',
  phone_problem jsonb,
  -- What the row says now, while somebody may still be typing; null when it is the same as above.
  seen jsonb,
  seen_at timestamptz,
  status_text text not null default '',
  -- Null: a word that nobody has mapped yet.
  category text,
  category_since timestamptz not null,
  -- The category it had when the sheet was first connected: about that nothing is said until somebody adopts it.
  baseline text,
  gone_at timestamptz,
  decision text check (decision in ('confirm', 'cancel')),
  decided_by text,
  decided_at timestamptz,
  -- The turn that decided: an answer that is thought again may decide again.
  decided_turn text,
  -- What it was before, for that case.
  decided_from jsonb,
  -- What is to be written into the sheet; null: nothing.
  write_status text,
  write_state text,
  -- Numbers that are not on WhatsApp: how often each was refused, and when last.
  refused jsonb not null default '{}',
  waiting_reason text,
  waiting_until timestamptz,
  waiting_for text,
  phase text not null default 'known',
  -- Something happened that the order's workflow has not looked at yet.
  attention_at timestamptz,
  swept_at timestamptz,
  first_seen_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (merchant, id)
);
create unique index orders_row on orders (merchant, row_key);
create index orders_recent on orders (merchant, updated_at desc, id);
create index orders_settling on orders (merchant) where seen_at is not null;
create index orders_attention on orders (attention_at) where attention_at is not null;
create index orders_waiting on orders (waiting_until) where waiting_until is not null;
create index orders_phones on orders using gin (phones jsonb_path_ops);

-- One thing said, or decided not to be said, about an order: at most one per (order, type, occurrence), for ever.
create table order_messages (
  merchant text not null,
  order_id text not null,
  type text not null,
  occurrence text not null,
  -- asked (by a person), composed (its parts are in `messages`), skipped, withdrawn, failed, unclear (a person must look)
  state text not null check (state in ('asked', 'composed', 'skipped', 'withdrawn', 'failed', 'unclear')),
  why text,
  -- The number it goes to; another number is another attempt.
  attempt int not null default 0,
  recipient text,
  conversation text,
  key text,
  parts int not null default 0,
  at timestamptz not null,
  primary key (merchant, order_id, type, occurrence),
  foreign key (merchant, order_id) references orders (merchant, id) on delete cascade
);
create index order_messages_of_conversation on order_messages (merchant, conversation);

alter table messages add column order_id text;
create index messages_of_order on messages (merchant, order_id) where order_id is not null;

create table order_events (
  merchant text not null,
  order_id text not null,
  id bigint generated always as identity,
  at timestamptz not null,
  event text not null,
  detail jsonb not null default '{}',
  primary key (merchant, order_id, id),
  foreign key (merchant, order_id) references orders (merchant, id) on delete cascade
);

create table templates (
  merchant text not null references merchants (id) on delete cascade,
  type text not null,
  text text not null,
  -- Percent, for offers.
  discount numeric(5, 2),
  updated_at timestamptz not null default now(),
  primary key (merchant, type)
);

create table status_words (
  merchant text not null references merchants (id) on delete cascade,
  -- In its normal form: one entry stands for all its spellings.
  word text not null,
  shown text not null,
  -- Null: seen in the sheet, and nobody has said yet what it means.
  category text,
  seen_at timestamptz not null default now(),
  primary key (merchant, word)
);
