-- An item that was decided before its picture was kept can still be appealed: its picture is asked for as well.
CREATE INDEX queue_item_evidence_closed ON queue_item (evidence_next)
    WHERE stage = 'CLOSED' AND decision_id IS NOT NULL AND golden_for = '' AND upload_topic IS NOT NULL;

-- How often a location said that it has not the picture; what says so too often has lost it.
ALTER TABLE queue_item ADD COLUMN evidence_gone integer NOT NULL DEFAULT 0;

-- Somebody may report two contents of one image before either is decided.
ALTER TABLE early_report DROP CONSTRAINT early_report_pkey;
CREATE UNIQUE INDEX early_report_once ON early_report (tenant, image_id, kind, reporter, coalesce(content_sha256, ''));

-- How often somebody has appealed lately.
CREATE INDEX report_of_reporter ON report (tenant, reporter, at);

-- When strikes were told: an erasure takes those from before it.
ALTER TABLE uploader_strikes ADD COLUMN at timestamptz NOT NULL DEFAULT clock_timestamp();
