-- The house: merchants, lines, conversations, messages, turns, and what guards them.
-- Every table that belongs to a merchant carries the merchant's id and is closed by row-level security:
-- the role zajel_app sees only the merchant named in the setting `zajel.merchant`, also when a query forgets it.

create table installation (
  only_row boolean primary key default true check (only_row),
  -- Keys the hash of customers in workflow ids. Not the encryption key: that one is rotated, ids are for ever.
  customer_hash_key bytea not null,
  -- The demo is made once: one that was deleted stays deleted.
  demo_made boolean not null default false,
  created_at timestamptz not null default now()
);

create table merchants (
  id text primary key,
  name text not null,
  country text not null,
  timezone text not null,
  language text not null,
  currency text not null,
  settings jsonb not null default '{}',
  hours jsonb,
  rules jsonb not null default '{}',
  created_at timestamptz not null default now()
);

create table lines (
  merchant text not null references merchants (id) on delete cascade,
  id text not null,
  channel text not null,
  account text not null,
  config jsonb not null default '{}',
  credentials bytea,
  desired text not null default 'started' check (desired in ('started', 'stopped')),
  state text not null,
  since timestamptz not null default now(),
  reason text,
  paused_until timestamptz,
  created_at timestamptz not null default now(),
  primary key (merchant, id)
);
create unique index lines_account on lines (channel, account);

create table line_history (
  merchant text not null,
  line text not null,
  id bigint generated always as identity,
  at timestamptz not null default now(),
  state text not null,
  why text not null,
  primary key (merchant, line, id),
  foreign key (merchant, line) references lines (merchant, id) on delete cascade
);

create table conversations (
  merchant text not null references merchants (id) on delete cascade,
  id text not null,
  platform text not null,
  account text not null,
  line text not null,
  customer text not null,
  send_to text,
  name text,
  in_charge text not null default 'bot' check (in_charge in ('bot', 'human')),
  hand_back_at timestamptz,
  opted_out_at timestamptz,
  needs_human text,
  needs_human_at timestamptz,
  closed_notice text,
  last_inbound_at timestamptz,
  last_activity_at timestamptz not null default now(),
  primary key (merchant, id)
);
create unique index conversations_customer on conversations (merchant, platform, account, customer);
create index conversations_recent on conversations (merchant, last_activity_at desc, id);

-- In and out in one table: a transcript is one ordered read.
create table messages (
  merchant text not null,
  key text not null,
  conversation text not null,
  line text not null,
  seq bigint generated always as identity,
  direction text not null check (direction in ('in', 'out')),
  by text not null,
  type text not null,
  text text not null,
  -- PostgreSQL's text can't hold NUL or a lone surrogate: where the customer typed one, the exact UTF-16 is here.
  exact bytea,
  payload jsonb,
  media jsonb,
  provider_id text,
  reply_to text,
  at timestamptz not null,
  received_at timestamptz not null,
  ends_window boolean not null default false,
  status text not null,
  reason text,
  turn text,
  part int,
  parts int,
  attempts int not null default 0,
  waiting_until timestamptz,
  edited_at timestamptz,
  swept int not null default 0,
  swept_at timestamptz,
  primary key (merchant, key),
  foreign key (merchant, conversation) references conversations (merchant, id) on delete cascade
);
create unique index messages_provider_id on messages (merchant, line, provider_id) where provider_id is not null;
create index messages_transcript on messages (merchant, conversation, seq);
create index messages_unclaimed on messages (merchant, conversation) where direction = 'in' and turn is null and status = 'received';
create index messages_to_sweep on messages (received_at) where direction = 'in' and turn is null and status = 'received';
create index messages_of_turn on messages (merchant, turn);
create index messages_unsent on messages (merchant, line) where direction = 'out' and status in ('waiting', 'sending', 'unknown');

create table turns (
  merchant text not null,
  id text not null,
  conversation text not null,
  state text not null check (state in ('open', 'answered', 'silent', 'human', 'failed', 'abandoned')),
  intent text,
  draft text,
  window_ended_at timestamptz not null,
  opened_at timestamptz not null default now(),
  closed_at timestamptz,
  primary key (merchant, id),
  foreign key (merchant, conversation) references conversations (merchant, id) on delete cascade
);
create index turns_open on turns (merchant, conversation) where state = 'open';
create index turns_to_sweep on turns (opened_at) where state = 'open';

create table catalogue_items (
  merchant text not null references merchants (id) on delete cascade,
  id text not null,
  name text not null,
  aliases text[] not null default '{}',
  price numeric(14, 3),
  currency text,
  stock int check (stock >= 0),
  description text not null default '',
  primary key (merchant, id)
);

create table api_keys (
  merchant text not null references merchants (id) on delete cascade,
  id text not null,
  name text not null,
  hash bytea not null,
  scopes text[] not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  primary key (merchant, id)
);
create unique index api_keys_hash on api_keys (hash);

create table idempotency (
  merchant text not null,
  key text not null,
  fingerprint text not null,
  status int,
  body jsonb,
  created_at timestamptz not null default now(),
  primary key (merchant, key)
);
create index idempotency_age on idempotency (created_at);

create table audit (
  merchant text not null,
  id bigint generated always as identity,
  at timestamptz not null default now(),
  actor text not null,
  action text not null,
  subject text,
  detail jsonb not null default '{}',
  primary key (merchant, id)
);

-- What happened, in the transaction in which it happened: the console's live feed and the outgoing webhooks read it.
create table events (
  seq bigint generated always as identity primary key,
  merchant text not null,
  kind text not null,
  conversation text,
  data jsonb not null default '{}',
  at timestamptz not null default now(),
  -- Sequence numbers are given before a commit, so a reader could overtake a slower writer; it reads only
  -- below the oldest transaction still running.
  written_by xid8 not null default pg_current_xact_id()
);
create index events_of_merchant on events (merchant, seq);

-- The simulated phone network. It stands for the world outside: it takes what it is given and never dedupes.
create table simulator_outbox (
  merchant text not null,
  line text not null,
  seq bigint generated always as identity,
  recipient text not null,
  text text not null,
  exact bytea,
  at timestamptz not null default now(),
  key text not null,
  part int not null,
  parts int not null,
  provider_id text not null,
  primary key (merchant, line, seq)
);
create index simulator_outbox_key on simulator_outbox (merchant, line, key);

create table simulator_failures (
  merchant text not null,
  line text not null,
  refuse double precision not null default 0,
  timeout_after_accept double precision not null default 0,
  throttle double precision not null default 0,
  delay_ms int not null default 0,
  primary key (merchant, line)
);
