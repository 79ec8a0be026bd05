CREATE SCHEMA sales;
CREATE SCHEMA "Old Stock";
CREATE TABLE products (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE "Old Stock".products (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE sales.orders (
  id int PRIMARY KEY,
  product_id int NOT NULL REFERENCES products,
  old_product_id int REFERENCES "Old Stock".products);
