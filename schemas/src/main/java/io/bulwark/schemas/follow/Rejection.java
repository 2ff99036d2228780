package io.bulwark.schemas.follow;

/** Why a record of {@code moderation.schemas} is not used. */
public enum Rejection {
    /** The key is not 16 hexadecimal digits. */
    NO_FINGERPRINT("its key is no fingerprint of 16 hexadecimal digits"),
    /** The value is larger than {@value SchemaText#MAX_BYTES} bytes. */
    TOO_LARGE("its value has more than " + SchemaText.MAX_BYTES + " bytes"),
    /** The value's brackets lie deeper in one another than {@value SchemaText#MAX_DEPTH}. */
    TOO_DEEP("its value is nested deeper than " + SchemaText.MAX_DEPTH),
    /** The value is not the JSON of a schema. */
    NO_SCHEMA("its value is no Avro schema"),
    /** The schema has another fingerprint than its key says. */
    OTHER_FINGERPRINT("its schema has another fingerprint than its key"),
    /** A few bytes of the schema could take any time to read; see {@link SchemaBounds}. */
    UNBOUNDED("its schema contains itself, has items that take no bytes, or expands to too many values"),
    /** The store is full; see {@link SchemaBook}. */
    FULL("as many schemas are known as there may be");

    private final String sentence;

    Rejection(String sentence) {
        this.sentence = sentence;
    }

    /** What is the matter with the record, to go on after "because". */
    String sentence() {
        return sentence;
    }
}
