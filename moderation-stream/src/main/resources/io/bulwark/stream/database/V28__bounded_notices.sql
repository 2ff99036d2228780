-- Notices above what one reporter has looked at in a day: when the platform received each, and which clocks ended without a
-- look. Versions before this one write neither: such a notice counts by when it came, and such a clock as kept or missed.
SET LOCAL lock_timeout = '10s';

ALTER TABLE report ADD COLUMN received_at timestamptz;

-- "unseen" is the decision with which the clock ended although no person looked again. If that decision is undone the clock
-- runs on, and ends with another one.
ALTER TABLE duty_case ADD COLUMN unseen uuid;
