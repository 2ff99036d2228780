-- A row of the outbox has an id of the server's making: the publisher's mark names rows by it. The id of a decision is the
-- client's, who may use one twice. Versions before this one leave the column out.
ALTER TABLE outbox ADD COLUMN row_id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE;

-- Another tenant's client may have made the same id.
ALTER TABLE outbox DROP CONSTRAINT outbox_decision_id_key;
ALTER TABLE outbox ADD CONSTRAINT outbox_decision_id_key UNIQUE (tenant, decision_id);
