-- The same carts for MySQL and MariaDB; `:numbers` and `:twenty` stand for tables of the numbers from 1.
CREATE TABLE carts (
  id bigint PRIMARY KEY,
  customer_id bigint NOT NULL,
  status varchar(10) NOT NULL,
  opened_at timestamp(6) NOT NULL
);
CREATE TABLE cart_lines (
  cart_id bigint NOT NULL,
  line_no int NOT NULL,
  sku varchar(20) NOT NULL,
  quantity int NOT NULL,
  price decimal(10,2) NOT NULL,
  PRIMARY KEY (cart_id, line_no),
  FOREIGN KEY (cart_id) REFERENCES carts (id)
);
SET time_zone = '+00:00';
INSERT INTO carts
SELECT seq, 1 + seq % 1000, elt(1 + seq % 3, 'OPEN', 'PAID', 'LEFT'),
       '2024-01-01' + INTERVAL 61 * (seq % 1000000) SECOND + INTERVAL seq % 1000000 MICROSECOND
FROM :numbers AS n;
INSERT INTO cart_lines
SELECT carts.id, line.seq, concat('SKU-', (carts.id * 31 + line.seq * 17) % 9000), 1 + (carts.id + line.seq) % 5,
       ((carts.id * 13 + line.seq * 101) % 20000) / 100
FROM carts, :twenty AS line;
ANALYZE TABLE carts, cart_lines;
