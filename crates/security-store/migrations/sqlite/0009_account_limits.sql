-- Rate limits that an administrator gave an account in the place of its tier's; none where limit_burst is
-- NULL. Then an hour or a day that is NULL has no limit of its own.
ALTER TABLE accounts ADD COLUMN limit_burst BIGINT;
ALTER TABLE accounts ADD COLUMN limit_minute BIGINT;
ALTER TABLE accounts ADD COLUMN limit_hour BIGINT;
ALTER TABLE accounts ADD COLUMN limit_day BIGINT;
