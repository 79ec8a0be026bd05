CREATE TABLE customers (
  id bigint PRIMARY KEY, email varchar(200) NOT NULL UNIQUE, name varchar(100), country char(2),
  referrer_id bigint, bio varchar(3000), FOREIGN KEY (referrer_id) REFERENCES customers (id)
);
CREATE TABLE products (id bigint PRIMARY KEY, name varchar(100) NOT NULL, manual text);
CREATE TABLE orders (
  id bigint PRIMARY KEY, customer_id bigint NOT NULL, payer_id bigint,
  status enum('DRAFT', 'NEW', 'PAID') NOT NULL, total decimal(12,2) NOT NULL, placed_at datetime(6) NOT NULL,
  gift boolean NOT NULL, details json, note varchar(100),
  FOREIGN KEY (customer_id) REFERENCES customers (id), FOREIGN KEY (payer_id) REFERENCES customers (id)
);
CREATE TABLE order_lines (
  order_id bigint, line_no int, product_id bigint NOT NULL, quantity int NOT NULL, PRIMARY KEY (order_id, line_no),
  FOREIGN KEY (order_id) REFERENCES orders (id), FOREIGN KEY (product_id) REFERENCES products (id)
);
CREATE TABLE events (at datetime(6) NOT NULL, kind varchar(20) NOT NULL, body json);
CREATE TABLE odd_types (id bigint PRIMARY KEY, amount decimal(12,2), lasts time NOT NULL);
CREATE TABLE visits (id bigint PRIMARY KEY, email varchar(200) NOT NULL, FOREIGN KEY (email) REFERENCES customers (email));
