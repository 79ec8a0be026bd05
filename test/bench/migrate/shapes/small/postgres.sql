-- Four attributes and four of keys and labels, about 130 bytes an item; `:rows` stands for how many.
CREATE TABLE readings (
  id bigint PRIMARY KEY,
  sensor_id int NOT NULL,
  status text NOT NULL,
  value int NOT NULL
);
INSERT INTO readings
SELECT n, 1 + n % 5000, (ARRAY['OK','LOW','HIGH'])[1 + n % 3], (n::bigint * 7919) % 100000 FROM generate_series(1, :rows) n;
ANALYZE;
