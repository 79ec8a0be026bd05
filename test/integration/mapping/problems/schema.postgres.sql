CREATE TYPE status AS ENUM ('DRAFT', 'NEW', 'PAID');
CREATE TABLE customers (
  id bigint PRIMARY KEY, email varchar(200) NOT NULL UNIQUE, name varchar(100), country char(2),
  referrer_id bigint REFERENCES customers, bio varchar(3000)
);
CREATE TABLE products (id bigint PRIMARY KEY, name varchar(100) NOT NULL, manual varchar(500000));
CREATE TABLE orders (
  id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers, payer_id bigint REFERENCES customers,
  status status NOT NULL, total numeric(12,2) NOT NULL, placed_at timestamp NOT NULL, gift boolean NOT NULL,
  details json, note varchar(100)
);
CREATE INDEX ON orders (customer_id);
CREATE TABLE order_lines (
  order_id bigint REFERENCES orders, line_no int, product_id bigint NOT NULL REFERENCES products, quantity int NOT NULL,
  PRIMARY KEY (order_id, line_no)
);
CREATE TABLE events (at timestamp NOT NULL, kind varchar(20) NOT NULL, body json);
CREATE TABLE odd_types (id bigint PRIMARY KEY, amount money, lasts interval NOT NULL);
CREATE TABLE visits (id bigint PRIMARY KEY, email varchar(200) NOT NULL REFERENCES customers (email));
