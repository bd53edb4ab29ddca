-- The day of the shop on which a model was first asked for this turn: what the day's budget is counted by. A turn counts once,
-- however often it is thought.
alter table turns add column model_day date;
create index turns_by_model on turns (merchant, model_day) where model_day is not null;
