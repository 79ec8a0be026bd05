-- The same documents for MySQL and MariaDB; `:numbers` stands for a table of the numbers from 1.
CREATE TABLE documents (id bigint PRIMARY KEY, body longtext NOT NULL);
INSERT INTO documents SELECT seq, repeat(md5(seq), 9600) FROM :numbers AS n;
ANALYZE TABLE documents;
