-- What people are told by mail or chat: a row for each event and receiver, so that each is sent once, whichever instance
-- sends it. It names no image and no person.
CREATE TABLE notification (
    event    text        NOT NULL,
    receiver text        NOT NULL,
    tenant   text        NOT NULL CHECK (tenant NOT IN ('', '*')),
    kind     text        NOT NULL,
    subject  text        NOT NULL,
    due_at   timestamptz,
    made_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    next_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    attempts integer     NOT NULL DEFAULT 0,
    sent_at  timestamptz,
    PRIMARY KEY (event, receiver)
);
CREATE INDEX notification_next ON notification (receiver, next_at) WHERE sent_at IS NULL;
CREATE INDEX notification_age ON notification (made_at);
ALTER TABLE notification ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON notification USING (sees(tenant)) WITH CHECK (sees(tenant));
GRANT SELECT, INSERT, UPDATE, DELETE ON notification TO "${application}";
