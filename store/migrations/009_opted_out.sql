-- Whoever opted out did so from the merchant, whichever of the merchant's lines it was said to: asked before every send.
create index conversations_opted_out on conversations (merchant, platform, customer) where opted_out_at is not null;
