-- Documents of 300 KB, stored as they are: compressed, TOAST would make each a few pages. `:rows` stands for how many.
CREATE TABLE documents (id bigint PRIMARY KEY, body text NOT NULL);
ALTER TABLE documents ALTER COLUMN body SET STORAGE EXTERNAL;
INSERT INTO documents SELECT n, repeat(md5(n::text), 9600) FROM generate_series(1, :rows) n;
ANALYZE;
