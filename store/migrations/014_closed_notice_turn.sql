-- Whose answer says that the shop is closed: the same turn, thought again before its answer left, must say it again.
alter table conversations add column closed_notice_turn text;
