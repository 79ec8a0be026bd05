CREATE TABLE orders (
  id int PRIMARY KEY,
  tenant_id int NOT NULL,
  region varchar(10),
  status varchar(10) NOT NULL,
  total decimal(10, 2) NOT NULL,
  created_at datetime(6) NOT NULL
);
