-- Questions, their answers, and the visitors' ratings.
-- The rating is part of the turn, so that it is deleted with the turn.
CREATE TABLE turns (
    id TEXT PRIMARY KEY,
    conversation TEXT NOT NULL,
    asked TEXT NOT NULL,
    question TEXT NOT NULL,
    understood_as TEXT,
    status TEXT NOT NULL,
    reason TEXT,
    confidence DOUBLE PRECISION NOT NULL,
    article TEXT,
    "start" INTEGER,
    "end" INTEGER,
    quote TEXT,
    highlight TEXT,
    near TEXT NOT NULL,
    unknown_words TEXT NOT NULL,
    "index" TEXT NOT NULL,
    helpful BOOLEAN,
    rating_reason TEXT,
    rating_note TEXT
);
CREATE INDEX turns_by_conversation ON turns (conversation, asked);
CREATE INDEX turns_by_time ON turns (asked);
