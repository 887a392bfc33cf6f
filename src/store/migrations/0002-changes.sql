-- What is asked for often about a change; what it is stands in its events. `severity` is 0 (info) to 4 (critical), times are microseconds since 1970.
CREATE TABLE changes (
  id TEXT NOT NULL PRIMARY KEY,
  state TEXT NOT NULL,
  standing TEXT NOT NULL,
  verdict TEXT NOT NULL,
  severity BIGINT NOT NULL,
  asset TEXT NOT NULL,
  target TEXT NOT NULL,
  title TEXT NOT NULL,
  author TEXT NOT NULL,
  remediation TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  evidence TEXT NOT NULL,
  created BIGINT NOT NULL,
  updated BIGINT NOT NULL
);
CREATE INDEX changes_by_state ON changes (state, created);
CREATE INDEX changes_by_remediation ON changes (remediation, created);
CREATE INDEX changes_by_fingerprint ON changes (fingerprint, created);

-- Evidence by the digest of all three forms in which it is shown. It holds no content of paths that bear secrets; plans, which do, are files beside the store.
CREATE TABLE evidence (
  shown TEXT NOT NULL PRIMARY KEY,
  report TEXT NOT NULL,
  words TEXT NOT NULL,
  page TEXT NOT NULL
);
