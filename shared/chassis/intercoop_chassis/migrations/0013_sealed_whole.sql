-- Values of private streams are sealed whole, and bound to their topic, subject and version.

-- One kind more: a value of a private stream that is not sealed so.
ALTER TABLE parked
    DROP CONSTRAINT parked_kind_is_known,
    ADD CONSTRAINT parked_kind_is_known CHECK (kind IN (
        'empty', 'too-large', 'unreadable', 'missing-key', 'unopenable', 'unsealed', 'foreign-id',
        'excess', 'unsubscribed', 'not-yet', 'subscriber-failed', 'set-aside', 'stubborn'
    ));

-- Nobody vouches for the version of a value that was not opened: where one waits, `replica.parked`
-- is below zero, so that it holds nothing up. What was parked before may be healed by a copy of the
-- same version, which is sealed whole.
UPDATE replica SET parked = -replica.parked FROM parked
WHERE (parked.topic, parked.subject) = (replica.topic, replica.subject)
  AND parked.kind IN ('missing-key', 'unopenable') AND replica.parked > 0;
