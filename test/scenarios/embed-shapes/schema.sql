CREATE TABLE orders (id int PRIMARY KEY);
CREATE TABLE order_lines (
  order_id int NOT NULL,
  sku varchar(20) NOT NULL,
  quantity int,
  price decimal(30, 2) NOT NULL,
  shelf int,
  sent_on date,
  PRIMARY KEY (order_id, sku),
  FOREIGN KEY (order_id) REFERENCES orders (id)
);
CREATE TABLE invoices (
  number varchar(10) PRIMARY KEY,
  order_id int NOT NULL,
  FOREIGN KEY (order_id) REFERENCES orders (id)
);
