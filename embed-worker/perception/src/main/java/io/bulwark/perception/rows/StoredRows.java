package io.bulwark.perception.rows;

/** What rows are stored for. Where they lie is the store's to know, and its owner's thread alone asks. */
public abstract class StoredRows {

    Segment segment;
    int slot;
    int count;
}
