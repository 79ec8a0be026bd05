CREATE TABLE products (id int PRIMARY KEY, name varchar(40) NOT NULL, price decimal(8,2) NOT NULL);
CREATE TABLE orders (id int PRIMARY KEY, note varchar(40));
CREATE TABLE order_lines (
  order_id int NOT NULL,
  line_no int NOT NULL,
  product_id int NOT NULL,
  qty int NOT NULL,
  PRIMARY KEY (order_id, line_no),
  FOREIGN KEY (order_id) REFERENCES orders (id),
  FOREIGN KEY (product_id) REFERENCES products (id)
);
