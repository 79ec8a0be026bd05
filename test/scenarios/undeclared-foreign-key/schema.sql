CREATE TABLE sensors (id int PRIMARY KEY, code varchar(10) NOT NULL UNIQUE, place varchar(40) NOT NULL);
CREATE TABLE readings (id int PRIMARY KEY, sensor_code varchar(10) NOT NULL, celsius decimal(5,1) NOT NULL);
