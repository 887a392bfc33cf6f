-- The log: appended to, never edited. `seq` counts from 1 without a gap; `at` is microseconds since 1970.
CREATE TABLE events (
  seq BIGINT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  stream TEXT NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  previous TEXT NOT NULL,
  digest TEXT NOT NULL UNIQUE
);
CREATE INDEX events_of_stream ON events (stream, seq);

-- Where the log ends, so that a tail that was taken off is missed.
CREATE TABLE head (
  one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
  seq BIGINT NOT NULL,
  digest TEXT NOT NULL
);

-- Where the log begins after a cut: the last event that was taken off, and the event that says so.
CREATE TABLE cuts (
  through BIGINT NOT NULL PRIMARY KEY,
  digest TEXT NOT NULL,
  event BIGINT NOT NULL
);

--@sqlite
CREATE TRIGGER events_are_not_edited BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are appended, never edited'); END;
CREATE TRIGGER events_are_not_removed BEFORE DELETE ON events WHEN NOT EXISTS (SELECT 1 FROM cuts WHERE through >= OLD.seq)
BEGIN SELECT RAISE(ABORT, 'events are removed by an audited cut only'); END;
CREATE TRIGGER cuts_are_not_edited BEFORE UPDATE ON cuts
BEGIN SELECT RAISE(ABORT, 'cuts are appended, never edited'); END;
CREATE TRIGGER cuts_are_not_removed BEFORE DELETE ON cuts
BEGIN SELECT RAISE(ABORT, 'cuts are appended, never removed'); END;
--@postgres
CREATE FUNCTION invitro_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'events' THEN
    IF EXISTS (SELECT 1 FROM cuts WHERE through >= OLD.seq) THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'events are removed by an audited cut only';
  END IF;
  RAISE EXCEPTION '% are appended, never edited', TG_TABLE_NAME;
END $$;
CREATE TRIGGER events_are_not_edited BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION invitro_append_only();
CREATE TRIGGER events_are_not_emptied BEFORE TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION invitro_append_only();
CREATE TRIGGER cuts_are_not_edited BEFORE UPDATE OR DELETE ON cuts FOR EACH ROW EXECUTE FUNCTION invitro_append_only();
CREATE TRIGGER cuts_are_not_emptied BEFORE TRUNCATE ON cuts FOR EACH STATEMENT EXECUTE FUNCTION invitro_append_only();
--@end
INSERT INTO head (one, seq, digest) VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
