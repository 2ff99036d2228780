-- The traceparent (W3C Trace Context) of the record that brought an item, and of the record that a row of the outbox
-- becomes. Versions before this one leave the columns out.
SET LOCAL lock_timeout = '10s';
ALTER TABLE queue_item ADD COLUMN trace text;
ALTER TABLE outbox ADD COLUMN trace text;
