CREATE TABLE wallets (id int PRIMARY KEY, owner varchar(40) NOT NULL);
CREATE TABLE transfers (
  id int PRIMARY KEY,
  from_id int NOT NULL,
  to_id int NOT NULL,
  amount decimal(8,2) NOT NULL,
  FOREIGN KEY (from_id) REFERENCES wallets (id),
  FOREIGN KEY (to_id) REFERENCES wallets (id)
);
