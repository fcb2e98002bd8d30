-- What is searched and what is asked for are made alike by one function, so that both find each other
-- however they are written. Rows are rewritten here once; a process of the version before writes and
-- asks as ever meanwhile: the columns are filled by the table itself, and keep their names.

-- A text without accents and without what nobody sees, in letters and digits of every alphabet that
-- are one blank apart. An apostrophe stays at the letter before it: `l' atelier`.
CREATE FUNCTION plain_words_of_any_alphabet(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN regexp_replace(
    casefold(
        replace(
            replace(
                translate(
                    unaccent('unaccent'::regdictionary, regexp_replace(
                        normalize(value, NFKD),
                        -- accents and points of vowels; joiners and selectors; what nobody sees
                        '[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7'
                        '\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed'
                        '\u200c\u200d\u180b-\u180f\ufe00-\ufe0f\U000e0000-\U000e0fff'
                        '\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f'
                        '\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb'
                        '\U0001bca0-\U0001bca3\U0001d173-\U0001d17a]+',
                        '', 'g'
                    )),
                    E'\u2019\u2018\u02bc\u00b4`', ''''''''''''
                ),
                '''', ''' '
            ),
            '&', ' et '
        ) COLLATE "pg_unicode_fast"
    ),
    -- scripts of India and around it write vowels as marks beside the letters
    '[^[:alnum:]''\u0900-\u109f\u1780-\u17ff\u3099\u309a]+', ' ', 'g'
);

-- The same; quicker where nothing but ASCII is left without accents, as in almost all French. A soft
-- hyphen would become one that is seen.
CREATE FUNCTION plain_words(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN octet_length(unaccent('unaccent'::regdictionary, replace(value, U&'\00AD', '')))
        = length(unaccent('unaccent'::regdictionary, replace(value, U&'\00AD', '')))
    THEN regexp_replace(
        lower(
            replace(
                replace(
                    translate(unaccent('unaccent'::regdictionary, replace(value, U&'\00AD', '')), '`', ''''),
                    '''', ''' '
                ),
                '&', ' et '
            ) COLLATE "C"
        ),
        '[^a-z0-9'']+', ' ', 'g'
    )
    ELSE plain_words_of_any_alphabet(value)
END;

-- Initials in one word (`S.C.O.P.`, `J.-P.`), and abbreviations of names written out.
CREATE FUNCTION search_key(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN btrim(
    replace(replace(replace(replace(replace(replace(replace(replace(
        regexp_replace(
            ' ' || plain_words(value) || ' ',
            '(?<= [[:alpha:]]) (?=[[:alpha:]] )', '', 'g'
        ),
        ' '' ', ' '), '''', ''),
        ' st ', ' saint '), ' ste ', ' sainte '), ' sts ', ' saints '), ' stes ', ' saintes '),
        ' cie ', ' compagnie '), ' ets ', ' etablissements ')
);

-- As before, by key; a tag of signs alone has none.
CREATE OR REPLACE FUNCTION tags_of(record jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN array_remove(
    ARRAY(
        SELECT left(search_key(left(tag, 80)), 160)
        FROM jsonb_array_elements_text(record -> 'expertise') WITH ORDINALITY AS tags (tag, nth)
        WHERE nth <= 50 ORDER BY nth
    ),
    ''
);

-- The name on a line of its own, then what else identifies it, then the first of its tags: as much as
-- is searched, typos forgiven, which costs as much as it is long.
CREATE OR REPLACE FUNCTION words_of(record jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN left(
    left(search_key(left(record ->> 'name', 200)), 400) || E'\n'
    || search_key(concat_ws(
        ' ',
        left(record ->> 'acronym', 50), left(record -> 'commune' ->> 'name', 60),
        left(record ->> 'siren', 9)
    )) || ' ' || array_to_string(ARRAY(
        SELECT search_key(left(tag, 80))
        FROM (
            SELECT tag, nth, sum(length(left(tag, 80))) OVER (ORDER BY nth) AS letters
            FROM jsonb_array_elements_text(record -> 'expertise') WITH ORDINALITY AS tags (tag, nth)
            WHERE nth <= 50
        ) AS first
        WHERE letters <= 680 ORDER BY nth  -- what comes after these is not searched
    ), ' '),
    600
);

ALTER TABLE known_organisations
    ALTER COLUMN tags SET EXPRESSION AS (tags_of(record)),
    ALTER COLUMN words SET EXPRESSION AS (words_of(record));

-- As before, with the key of what is asked for.
CREATE OR REPLACE FUNCTION chosen(
    of_owner text, of_kind text, in_departement text, of_statute text, in_trade text,
    with_expertise text, member_of text, on_day text
) RETURNS SETOF directory
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT * FROM directory
    WHERE (of_owner IS NULL OR owner = of_owner)
        AND (of_kind IS NULL OR kind = of_kind)
        AND (in_departement IS NULL OR departement = in_departement)
        AND (of_statute IS NULL OR statute = of_statute)
        AND (in_trade IS NULL OR starts_with(trade, in_trade))
        AND (with_expertise IS NULL OR tags @> ARRAY[left(search_key(with_expertise), 160)])
        AND (member_of IS NULL OR EXISTS (
            SELECT FROM jsonb_array_elements(record -> 'links') AS link
            WHERE link ->> 'owner' = member_of
                AND link ->> 'since' <= on_day COLLATE "C"
                AND coalesce(link ->> 'until', '9') > on_day COLLATE "C"
        ));
END;

-- As before; the name is the first line of the words. `sort_name` is what the version before sends.
CREATE OR REPLACE FUNCTION search_score(asked text[], sort_name text, words text) RETURNS int
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN (
    SELECT (1000 * avg(
        CASE WHEN ' ' || split_part(words, E'\n', 1) LIKE '% ' || word || '%' THEN 2.0
            WHEN words LIKE '%' || word || '%' THEN 1.0
            ELSE word_similarity(word, words)
        END
    ) + 500 * similarity(array_to_string(asked, ' '), split_part(words, E'\n', 1)))::int
    FROM unnest(asked) AS word
);
