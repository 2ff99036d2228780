-- The outbox publishes rulings on campaigns too.
ALTER TABLE outbox DROP CONSTRAINT outbox_kind_check;
ALTER TABLE outbox ADD CONSTRAINT outbox_kind_check CHECK (kind IN ('REVIEW', 'REFERENCES', 'RULING'));
