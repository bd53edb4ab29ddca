-- Two attempts of one run may have begun in the same millisecond, and the clock of the run moves only with its tasks:
-- only the last that claimed for a turn may keep its answer, and its number says which that is.
alter table turns add column attempt integer not null default 0;
