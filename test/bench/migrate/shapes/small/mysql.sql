-- The same readings for MySQL and MariaDB; `:numbers` stands for a table of the numbers from 1.
CREATE TABLE readings (
  id bigint PRIMARY KEY,
  sensor_id int NOT NULL,
  status varchar(10) NOT NULL,
  value int NOT NULL
);
INSERT INTO readings
SELECT seq, 1 + seq % 5000, elt(1 + seq % 3, 'OK', 'LOW', 'HIGH'), (seq * 7919) % 100000 FROM :numbers AS n;
ANALYZE TABLE readings;
