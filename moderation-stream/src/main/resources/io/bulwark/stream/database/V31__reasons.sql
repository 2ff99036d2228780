-- Reasons of decisions in the words of the team, offered to its reviewers. They are a part of a version of its words: a
-- version of before has none.
SET LOCAL lock_timeout = '10s';

ALTER TABLE review_words ADD COLUMN reasons text[] NOT NULL DEFAULT '{}';
