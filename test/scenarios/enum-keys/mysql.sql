CREATE TABLE shirts (id int PRIMARY KEY, size enum('small', 'medium', 'large') NOT NULL);
