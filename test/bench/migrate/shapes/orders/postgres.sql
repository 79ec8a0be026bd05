-- 15 attributes with a join and four of keys and labels, 350 to 420 bytes an item; `:rows` stands for how many.
CREATE TABLE customers (
  id bigint PRIMARY KEY,
  name text NOT NULL,
  email text NOT NULL
);
CREATE TABLE orders (
  id bigint PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES customers,
  status text NOT NULL,
  total numeric(12,2) NOT NULL,
  tax numeric(12,2) NOT NULL,
  currency char(3) NOT NULL,
  item_count int NOT NULL,
  gift boolean NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  ship_to text NOT NULL,
  ship_city text NOT NULL,
  note text,
  weight double precision NOT NULL
);
INSERT INTO customers
SELECT n, 'Customer ' || n || ' of the Bench', 'customer' || n || '@example.com' FROM generate_series(1, 1000) n;
INSERT INTO orders
SELECT n, 1 + n % 1000, (ARRAY['NEW','PAID','SENT','DONE'])[1 + n % 4], (n % 100000) / 100.0, (n % 19000) / 100.0,
       (ARRAY['EUR','USD','GBP'])[1 + n % 3], 1 + n % 9, n % 7 = 0,
       timestamptz '2024-01-01 00:00:00+00' + n * interval '61 seconds' + (n % 1000000) * interval '1 microsecond',
       timestamptz '2024-06-01 00:00:00+00' + n * interval '37 seconds',
       n || ' Long Street, third floor, door ' || n % 40, 'City of ' || n % 500,
       CASE WHEN n % 3 = 0 THEN 'Please ring twice, then leave the parcel with the neighbour "' || n || '"' END,
       (n % 1000) / 7.0
FROM generate_series(1, :rows) n;
ANALYZE;
