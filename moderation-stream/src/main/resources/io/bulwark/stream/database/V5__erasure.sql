-- What an erasure needs. Which rows it takes is said in R__personal_tables.sql.

CREATE INDEX decision_of_image ON decision (tenant, image_id);
CREATE INDEX bank_proposal_of_image ON bank_proposal (tenant, image_id);
CREATE INDEX queue_item_of_uploader ON queue_item (tenant, uploader_id);

-- When images were erased, by a digest of their ids: what was decided of an upload from before comes in no more.
CREATE TABLE erased_image (
    tenant text        NOT NULL,
    digest bytea       NOT NULL,
    at     timestamptz NOT NULL,
    PRIMARY KEY (tenant, digest)
);
CREATE INDEX erased_image_age ON erased_image (at);
ALTER TABLE erased_image ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON erased_image USING (sees(tenant)) WITH CHECK (sees(tenant));
GRANT SELECT, INSERT, UPDATE, DELETE ON erased_image TO "${application}";

-- An uploader without strikes has no row.
GRANT DELETE ON uploader_strikes TO "${application}";

-- Decisions of people are never changed, and go by an erasure alone. The application may not delete them itself: the
-- function that erases does, as the owner.
CREATE FUNCTION refuse_change_but_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('bulwark.erasing', true) = 'yes' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP;
END $$;
DROP TRIGGER append_only ON decision;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON decision
    FOR EACH ROW EXECUTE FUNCTION refuse_change_but_erasure();

-- Whoever makes a temporary table of that name is not to be asked with the owner's rights.
ALTER FUNCTION make_partitions(date, date) SET search_path = ${schema}, pg_temp;
