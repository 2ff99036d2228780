-- How often the picture of an item was there, but not the strip of its frames.
ALTER TABLE queue_item ADD COLUMN evidence_strip integer NOT NULL DEFAULT 0;
