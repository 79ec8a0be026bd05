CREATE TABLE customers (id int PRIMARY KEY, name varchar(20) NOT NULL);
CREATE TABLE orders (
  id int PRIMARY KEY,
  customer_id int NOT NULL,
  status varchar(10) NOT NULL,
  total decimal(10, 2),
  FOREIGN KEY (customer_id) REFERENCES customers (id)
);
