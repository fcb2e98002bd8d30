-- The helper's side: who asks this instance's co-operatives, and what these make of it. A decline
-- is written here and nowhere else. The request itself is in `known_requests`; no foreign key,
-- because an owner's requests may be forgotten and come again.
CREATE TABLE received_invitations (
    id uuid PRIMARY KEY,
    owner text NOT NULL, -- whose request it is
    request_id uuid NOT NULL,
    organisation_id uuid NOT NULL,
    state text NOT NULL CHECK (
        state IN (
            'invited', 'declined', 'offered', 'withdrawn', 'introduced', 'not-taken', 'closed'
        )
    ),
    is_declined boolean NOT NULL,
    is_closed boolean NOT NULL,
    offer_revision int CHECK (offer_revision > 0),
    offer_state text CHECK (offer_state IN ('offered', 'withdrawn')),
    offer_text text,
    answer_revision int,
    verdict text CHECK (verdict IN ('accepted', 'not-taken')),
    contact jsonb, -- the asker's, once both have said yes
    CHECK (num_nulls(offer_revision, offer_state, offer_text) IN (0, 3)),
    CHECK (num_nulls(answer_revision, verdict) IN (0, 2)),
    CHECK (NOT (is_declined AND offer_state = 'offered')),
    UNIQUE (request_id, organisation_id)
);
CREATE INDEX received_invitations_organisation ON received_invitations (organisation_id, id);
