CREATE TABLE employees (
  id int PRIMARY KEY,
  name varchar(40) NOT NULL,
  boss_id int,
  FOREIGN KEY (boss_id) REFERENCES employees (id)
);
