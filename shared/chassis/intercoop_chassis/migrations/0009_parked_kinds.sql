-- Why a change waits, as a kind: what people are told of it, what is masked and which key is missing
-- follow from columns, and no longer from the words of the reason. What an error says, which may be
-- personal, stands apart from it. The sentences below are those that earlier versions wrote.

ALTER TABLE parked
    ADD COLUMN kind text,
    ADD COLUMN error_text text,
    ADD COLUMN missing_key text;

-- An entity that cannot exist was not waited for: asking for it is a failure like any other.
UPDATE parked SET reason = 'NotYetError: ' || reason
WHERE waits_for IS NULL AND starts_with(reason, 'waits for ');

UPDATE parked SET kind = CASE
    WHEN waits_for IS NOT NULL THEN 'not-yet'
    WHEN reason ~ '^sealed with the key [0-9a-f]{8}, which' THEN 'missing-key'
    WHEN starts_with(reason, 'a sealed field cannot be opened') THEN 'unopenable'
    WHEN starts_with(reason, 'the value is null') THEN 'empty'
    WHEN starts_with(reason, 'the view has ') THEN 'too-large'
    WHEN starts_with(reason, 'the view cannot be read') THEN 'unreadable'
    WHEN starts_with(reason, 'this service does not read this stream') THEN 'unsubscribed'
    WHEN reason ~ '^[^:]+ again and again while the database answers: ' THEN 'stubborn'
    ELSE 'subscriber-failed'
END;

UPDATE parked SET missing_key = substring(reason FROM '^sealed with the key ([0-9a-f]{8}), which')
WHERE kind = 'missing-key';

UPDATE parked SET
    reason = split_part(reason, ': ', 1),
    error_text = coalesce(substring(reason FROM ': (.*)'), '')
WHERE kind IN ('subscriber-failed', 'stubborn');

ALTER TABLE parked
    ALTER COLUMN kind SET NOT NULL,
    ADD CONSTRAINT parked_kind_is_known CHECK (kind IN (
        'empty', 'too-large', 'unreadable', 'missing-key', 'unopenable', 'unsubscribed',
        'not-yet', 'subscriber-failed', 'stubborn'
    )),
    ADD CONSTRAINT parked_names_what_it_waits_for
        CHECK ((kind = 'not-yet') = (waits_for IS NOT NULL)),
    ADD CONSTRAINT parked_names_its_missing_key
        CHECK ((kind = 'missing-key') = (missing_key IS NOT NULL)),
    ADD CONSTRAINT parked_quotes_nothing_but_errors
        CHECK ((kind IN ('subscriber-failed', 'stubborn')) = (error_text IS NOT NULL));
