-- A worker that was frozen in the middle of a turn goes on later, when another one has long taken it: whoever has the
-- latest attempt may claim for it and keep its answer, and an earlier one changes nothing any more.
alter table turns add column attempt_at timestamptz not null default 'epoch';
