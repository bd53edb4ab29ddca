-- An owner that is no superuser sees no rows of a closed table; it is closed again after the last migration.
alter table orders no force row level security;
-- The word at which a row was found at the first connection, where nobody had given it a meaning yet: only while the row
-- still stands at it does its meaning, once it has one, say nothing new. Null: the word was known, or the row came later.
alter table orders add column baseline_word text;
-- Of what was connected before, those that nothing has happened to since are known to stand there.
update orders set baseline_word = status_text where category is null and baseline is null and phase = 'known';
