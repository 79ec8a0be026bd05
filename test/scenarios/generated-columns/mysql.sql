CREATE TABLE `lines` (
  id int AUTO_INCREMENT PRIMARY KEY,
  quantity int NOT NULL, price decimal(10, 2) NOT NULL,
  total decimal(12, 2) GENERATED ALWAYS AS (quantity * price) VIRTUAL);
