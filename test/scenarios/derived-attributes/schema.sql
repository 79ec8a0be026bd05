CREATE TABLE sellers (id int PRIMARY KEY, name varchar(20) NOT NULL);
CREATE TABLE sales (
  id int PRIMARY KEY,
  seller_id int,
  net decimal(10, 2) NOT NULL,
  rate decimal(4, 1) NOT NULL,
  big bigint NOT NULL,
  sold_on date NOT NULL,
  paid boolean,
  note varchar(40),
  FOREIGN KEY (seller_id) REFERENCES sellers (id)
);
