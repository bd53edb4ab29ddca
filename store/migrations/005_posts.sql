-- What providers post, where it can't become messages at once.

-- The updates of a large post for one line, kept whole before its 200 and taken up after it; gone once they are in.
-- JSON as text: what jsonb can't hold (NUL, half a surrogate pair) a customer may have typed.
create table kept_posts (
  merchant text not null,
  id uuid not null default gen_random_uuid(),
  line text not null,
  items text not null,
  received_at timestamptz not null default now(),
  -- Whoever takes it up pushes this ahead: who died over it leaves it to the next.
  due_at timestamptz not null default now(),
  tries int not null default 0,
  primary key (merchant, id),
  foreign key (merchant, line) references lines (merchant, id) on delete cascade
);
create index kept_posts_due on kept_posts (due_at);

-- Items that could not be understood or kept, as they came and with the reason: a person can look, and nothing else is
-- held up by them. No merchant where none could be told.
create table bad_items (
  id bigint generated always as identity primary key,
  merchant text references merchants (id) on delete cascade,
  channel text not null,
  line text,
  why text not null,
  item text,
  at timestamptz not null default now()
);
create index bad_items_age on bad_items (at);

-- The provider's ids of attempts that it took and then reported as failed: told again, they say nothing new.
alter table messages add column failed_ids text[];
