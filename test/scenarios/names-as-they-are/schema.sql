CREATE TABLE stock_items (item_id int PRIMARY KEY, unit_price decimal(8,2) NOT NULL, in_stock boolean);
