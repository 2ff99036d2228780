package io.bulwark.stream.outbound;

/**
 * What a neighbour is told of one event.
 *
 * @param id the event's
 * @param path what is added to the neighbour's address; empty for nothing
 * @param body JSON in UTF-8; not modified by anybody
 */
record Message(String id, String path, byte[] body) {}
