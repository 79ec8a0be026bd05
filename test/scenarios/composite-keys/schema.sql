CREATE TABLE order_lines (
  order_id int NOT NULL,
  line_no smallint NOT NULL,
  sku varchar(20) NOT NULL,
  qty int NOT NULL,
  PRIMARY KEY (order_id, line_no)
);
