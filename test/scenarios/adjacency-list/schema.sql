CREATE TABLE students (id int PRIMARY KEY, name varchar(40) NOT NULL);
CREATE TABLE courses (id int PRIMARY KEY, title varchar(40) NOT NULL);
CREATE TABLE enrollments (
  student_id int NOT NULL,
  course_id int NOT NULL,
  grade smallint,
  PRIMARY KEY (student_id, course_id),
  FOREIGN KEY (student_id) REFERENCES students (id),
  FOREIGN KEY (course_id) REFERENCES courses (id)
);
