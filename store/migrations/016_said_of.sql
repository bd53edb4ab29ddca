-- What the row said when a message was prepared: one that has changed since is prepared anew before it leaves.
alter table order_messages add column said_of text;
