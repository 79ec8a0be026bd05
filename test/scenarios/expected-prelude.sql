-- The key encoding and attribute forms, written a second time in SQL and independently of the mapper.
CREATE FUNCTION pg_temp.txt(value text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT replace(replace(replace(replace(replace(replace(replace(value, '%', '%25'),
    ' ', '%20'), '!', '%21'), '"', '%22'), '#', '%23'), '$', '%24'), E'\t', '%09')
$$;
CREATE FUNCTION pg_temp.num(value bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT lpad(value::text, 19, '0')
$$;
CREATE FUNCTION pg_temp.flip(digits text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT translate(digits, '0123456789', '9876543210')
$$;
CREATE FUNCTION pg_temp.at(value timestamp) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT to_char(value, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;
-- As an attribute: ISO 8601, the fraction only where there is one, no zone for a type without one.
CREATE FUNCTION pg_temp.iso(value timestamp) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT regexp_replace(to_char(value, 'YYYY-MM-DD"T"HH24:MI:SS.US'), '\.?0+$', '') WHERE to_char(value, 'US') <> '000000'
  UNION ALL
  SELECT to_char(value, 'YYYY-MM-DD"T"HH24:MI:SS') WHERE to_char(value, 'US') = '000000'
$$;
