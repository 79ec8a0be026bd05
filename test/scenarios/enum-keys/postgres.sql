CREATE TYPE shirt_size AS ENUM ('small', 'medium', 'large');
CREATE TABLE shirts (id int PRIMARY KEY, size shirt_size NOT NULL);
