-- The network as it is met: how calls to each destination went, the pace of each line, alerts, and what the
-- merchant's own systems are told.

-- Counts of calls per destination (a line, a sheet, a model). The row at '-infinity' counts since the last reset, the
-- others a few seconds each: together they are the sliding window. Every worker adds what it counted, once a second.
create table destination_calls (
  merchant text not null references merchants (id) on delete cascade,
  kind text not null,
  id text not null,
  bucket timestamptz not null,
  calls bigint not null default 0,
  failures bigint not null default 0,
  retries bigint not null default 0,
  successful_retries bigint not null default 0,
  -- How often each reason was met.
  errors jsonb not null default '{}',
  primary key (merchant, kind, id, bucket)
);
create index destination_calls_age on destination_calls (bucket);

-- What a worker's own breaker says of a destination. Only while there is something to say: a row that is not seen
-- again within its worker's rhythm belongs to a worker that is gone.
create table destination_breakers (
  merchant text not null references merchants (id) on delete cascade,
  kind text not null,
  id text not null,
  worker text not null,
  breaker text not null check (breaker in ('closed', 'open', 'half-open')),
  consecutive_failures int not null,
  since timestamptz not null,
  seen_at timestamptz not null,
  primary key (merchant, kind, id, worker)
);

-- The pace of a line, for all workers: when the next reply and the next first contact may leave, and what left lately.
create table line_pace (
  merchant text not null,
  line text not null,
  pace jsonb not null default '{}',
  primary key (merchant, line),
  foreign key (merchant, line) references lines (merchant, id) on delete cascade
);

create table alerts (
  merchant text not null references merchants (id) on delete cascade,
  rule text not null,
  -- What it is about: a line's id, a destination.
  subject text not null,
  detail jsonb not null default '{}',
  raised_at timestamptz not null,
  cleared_at timestamptz,
  primary key (merchant, rule, subject)
);

create table webhooks (
  merchant text not null references merchants (id) on delete cascade,
  id text not null,
  url text not null,
  secret bytea not null,
  events text[] not null,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  primary key (merchant, id)
);

-- One event for one webhook. What the event itself said is kept: the feed forgets, a redelivery does not.
create table webhook_deliveries (
  merchant text not null,
  webhook text not null,
  event bigint not null,
  kind text not null,
  conversation text,
  data jsonb not null,
  happened_at timestamptz not null,
  state text not null default 'pending' check (state in ('pending', 'delivered', 'dead')),
  -- Null: no workflow has it yet.
  handed_over_at timestamptz,
  attempts int not null default 0,
  status int,
  problem text,
  last_attempt_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (merchant, webhook, event),
  foreign key (merchant, webhook) references webhooks (merchant, id) on delete cascade
);
create index webhook_deliveries_to_hand_over on webhook_deliveries (created_at) where state = 'pending' and handed_over_at is null;
create index webhook_deliveries_finished on webhook_deliveries (created_at) where state <> 'pending';

-- How far the one reader of the feed has come (see event-feed: the transaction first, then the number).
alter table installation add column webhooks_read_transaction text;
alter table installation add column webhooks_read_seq bigint;
