-- Answers to other owners that give no place: refused, or given back. Of each owner so many are made
-- in a day, and then no more requests are answered. Rows are only added, so that nobody waits for
-- one; two that are added at once may have the same number.
CREATE TABLE fruitless_answers (
    asker text NOT NULL,
    day date NOT NULL,
    number int NOT NULL
);
CREATE INDEX fruitless_answers_number ON fruitless_answers (asker, day, number);
CREATE INDEX fruitless_answers_day ON fruitless_answers (day);

-- Where an owner has something, however many meetings there are. What is over is swept away.
CREATE INDEX seat_askers_live ON seat_askers (asker, meeting_id) WHERE live > 0;
