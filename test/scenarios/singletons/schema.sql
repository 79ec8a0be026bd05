CREATE TABLE customers (id int PRIMARY KEY, name varchar(20) NOT NULL);
CREATE TABLE orders (
  id bigint PRIMARY KEY,
  customer_id int NOT NULL,
  status varchar(10) NOT NULL,
  total decimal(30, 10) NOT NULL,
  units int,
  placed_at date NOT NULL,
  FOREIGN KEY (customer_id) REFERENCES customers (id)
);
CREATE TABLE refunds (id int PRIMARY KEY, reason varchar(10) NOT NULL, amount decimal(8, 2) NOT NULL);
