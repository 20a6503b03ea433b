-- Counts a tab among its account's streams unless the account has as many as it may. Tabs that ask at once take turns, or each would
-- overlook the others; a function, so that the turn, the count and the row are one round trip (a press of play waits for it).
CREATE FUNCTION "catalog"."take_stream"(account text, peer text, now_ms bigint, lives_since bigint, most integer) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('catalog.streams ' || account));
  IF (SELECT count(*) FROM "catalog"."streams" AS s
      WHERE s."account_id" = account AND s."peer_id" <> peer AND s."granted_at" > lives_since) >= most THEN
    RETURN false;
  END IF;
  INSERT INTO "catalog"."streams" ("account_id", "peer_id", "granted_at") VALUES (account, peer, now_ms)
  ON CONFLICT ("account_id", "peer_id") DO UPDATE SET "granted_at" = excluded."granted_at";
  RETURN true;
END
$$;
