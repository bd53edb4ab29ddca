-- Real channels: the apps that sign webhooks, who a customer also is, files, and what a provider asks us to wait for.

-- One Meta app serves many merchants' numbers. Installation-wide: only the system role sees it.
create table meta_apps (
  id text primary key,
  -- The app secret and the verify token, sealed.
  secrets bytea not null,
  created_at timestamptz not null default now()
);

-- Signed updates for numbers and accounts that no line has: answered 200, counted, and shown to the operator.
create table unmatched_updates (
  channel text not null,
  account text not null,
  updates bigint not null,
  first_at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  primary key (channel, account)
);

-- Other ids of a customer (a user id, a hidden @lid, a phone that came later): all of them lead to one conversation.
create table customer_aliases (
  merchant text not null,
  platform text not null,
  account text not null,
  alias text not null,
  conversation text not null,
  primary key (merchant, platform, account, alias),
  foreign key (merchant, conversation) references conversations (merchant, id) on delete cascade
);

-- Customers' files that were fetched. The bytes lie in the data folder under the id.
create table media_files (
  merchant text not null,
  id text not null,
  message text not null,
  position int not null,
  mime_type text not null,
  bytes bigint not null,
  sha256 text not null,
  file_name text,
  created_at timestamptz not null default now(),
  primary key (merchant, id),
  foreign key (merchant, message) references messages (merchant, key) on delete cascade
);
create unique index media_files_of_message on media_files (merchant, message, position);

alter table conversations
  -- The provider wants this customer left in peace for a while; `throttled` is how often in a row.
  add column paused_until timestamptz,
  add column throttled int not null default 0,
  -- The provider said that the service window is shut, whatever our own arithmetic says.
  add column window_closed_at timestamptz;

-- An Evolution webhook names the line, and its secret says whose.
create index lines_by_name on lines (channel, id);
