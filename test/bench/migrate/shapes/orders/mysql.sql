-- The same orders for MySQL and MariaDB; `:numbers` and `:thousand` stand for tables of the numbers from 1.
CREATE TABLE customers (
  id bigint PRIMARY KEY,
  name varchar(80) NOT NULL,
  email varchar(80) NOT NULL
);
CREATE TABLE orders (
  id bigint PRIMARY KEY,
  customer_id bigint NOT NULL,
  status varchar(10) NOT NULL,
  total decimal(12,2) NOT NULL,
  tax decimal(12,2) NOT NULL,
  currency char(3) NOT NULL,
  item_count int NOT NULL,
  gift boolean NOT NULL,
  created_at timestamp(6) NOT NULL,
  updated_at timestamp NOT NULL,
  ship_to varchar(80) NOT NULL,
  ship_city varchar(40) NOT NULL,
  note varchar(200),
  weight double NOT NULL,
  FOREIGN KEY (customer_id) REFERENCES customers (id)
);
SET time_zone = '+00:00';
INSERT INTO customers
SELECT seq, concat('Customer ', seq, ' of the Bench'), concat('customer', seq, '@example.com') FROM :thousand AS n;
INSERT INTO orders
SELECT seq, 1 + seq % 1000, elt(1 + seq % 4, 'NEW', 'PAID', 'SENT', 'DONE'), (seq % 100000) / 100, (seq % 19000) / 100,
       elt(1 + seq % 3, 'EUR', 'USD', 'GBP'), 1 + seq % 9, seq % 7 = 0,
       '2024-01-01' + INTERVAL 61 * (seq % 1000000) SECOND + INTERVAL seq % 1000000 MICROSECOND,
       '2024-06-01' + INTERVAL 37 * (seq % 1000000) SECOND,
       concat(seq, ' Long Street, third floor, door ', seq % 40), concat('City of ', seq % 500),
       if(seq % 3 = 0, concat('Please ring twice, then leave the parcel with the neighbour "', seq, '"'), NULL),
       (seq % 1000) / 7e0
FROM :numbers AS n;
ANALYZE TABLE customers, orders;
