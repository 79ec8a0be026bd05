-- Carts that hold their 20 lines, about 1.3 kB an item; `:rows` stands for how many carts.
CREATE TABLE carts (
  id bigint PRIMARY KEY,
  customer_id bigint NOT NULL,
  status text NOT NULL,
  opened_at timestamptz NOT NULL
);
CREATE TABLE cart_lines (
  cart_id bigint NOT NULL REFERENCES carts,
  line_no int NOT NULL,
  sku text NOT NULL,
  quantity int NOT NULL,
  price numeric(10,2) NOT NULL,
  PRIMARY KEY (cart_id, line_no)
);
INSERT INTO carts
SELECT n, 1 + n % 1000, (ARRAY['OPEN','PAID','LEFT'])[1 + n % 3],
       timestamptz '2024-01-01 00:00:00+00' + n * interval '61 seconds' + (n % 1000000) * interval '1 microsecond'
FROM generate_series(1, :rows) n;
INSERT INTO cart_lines
SELECT n, line, 'SKU-' || (n * 31 + line * 17) % 9000, 1 + (n + line) % 5, ((n * 13 + line * 101) % 20000) / 100.0
FROM generate_series(1, :rows) n, generate_series(1, 20) line;
ANALYZE;
