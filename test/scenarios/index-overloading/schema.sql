CREATE TABLE customers (id int PRIMARY KEY, email varchar(80) NOT NULL UNIQUE);
CREATE TABLE orders (
  id int PRIMARY KEY,
  customer_id int NOT NULL,
  status varchar(10) NOT NULL,
  FOREIGN KEY (customer_id) REFERENCES customers (id)
);
