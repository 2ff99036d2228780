-- Drift of traffic before people have looked at it. drift_sample has the counts and names no picture and no person; what leads to a picture is
-- in drift_picture, which an erasure takes, and time.

-- Uploaders of a day that were sampled, those of the smallest places, each with one picture: of the smallest chosen_by.
-- unit is a keyed digest of uploader and day. A reference is fitted to the pictures of one half of the uploaders and counts those
-- of the other: fitted is a keyed digest of the uploader alone, so that one uploader's pictures of all days are in the same half.
CREATE TABLE drift_sample (
    tenant    text             NOT NULL CHECK (tenant NOT IN ('', '*')),
    day       date             NOT NULL,
    unit      uuid             NOT NULL,
    fitted    boolean          NOT NULL,
    place     double precision NOT NULL,
    chosen_by double precision NOT NULL,
    model     text             NOT NULL,
    reference integer,
    cell      integer,
    PRIMARY KEY (tenant, day, unit)
);
CREATE INDEX drift_sample_place ON drift_sample (tenant, day, place);

CREATE TABLE drift_picture (
    tenant      text        NOT NULL CHECK (tenant NOT IN ('', '*')),
    day         date        NOT NULL,
    unit        uuid        NOT NULL,
    image_id    text        NOT NULL,
    uploader_id text        NOT NULL,
    at          timestamptz NOT NULL,
    features    bytea       NOT NULL,
    PRIMARY KEY (tenant, day, unit),
    FOREIGN KEY (tenant, day, unit) REFERENCES drift_sample ON DELETE CASCADE
);
CREATE INDEX drift_picture_image ON drift_picture (image_id, tenant);
CREATE INDEX drift_picture_uploader ON drift_picture (tenant, uploader_id);

-- What traffic looked like in a time that a person approved, and what is known against it since.
CREATE TABLE drift_reference (
    position    integer          GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant      text             NOT NULL CHECK (tenant NOT IN ('', '*')),
    model       text             NOT NULL,
    effect      double precision NOT NULL CHECK (effect > 0 AND effect < 1),
    first_day   date             NOT NULL,
    last_day    date             NOT NULL,
    begins      date             NOT NULL,
    pictures    integer          NOT NULL,
    summary     bytea            NOT NULL,
    approved_by text             NOT NULL,
    evidence    double precision NOT NULL DEFAULT 0,
    drifted_at  timestamptz,
    UNIQUE (tenant, begins)
);
CREATE INDEX drift_reference_latest ON drift_reference (tenant, position);

ALTER TABLE drift_sample ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON drift_sample USING (sees(tenant)) WITH CHECK (sees(tenant));
ALTER TABLE drift_picture ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON drift_picture USING (sees(tenant)) WITH CHECK (sees(tenant));
ALTER TABLE drift_reference ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON drift_reference USING (sees(tenant)) WITH CHECK (sees(tenant));

GRANT SELECT, INSERT, UPDATE, DELETE ON drift_sample, drift_picture TO "${application}";
GRANT SELECT, INSERT, UPDATE ON drift_reference TO "${application}";
