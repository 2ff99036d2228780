package io.bulwark.perception.pickle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A list, a tuple or a dictionary. Once it lies in another it cannot be added to: that is the order in which Python
 * writes what is no circle, so that depths are known at once and nothing has to walk what was read.
 */
final class Container {

    static final int MAX_DEPTH = 100;

    enum Kind {
        LIST,
        TUPLE,
        DICTIONARY
    }

    private final Kind kind;
    private final List<Object> items;
    private final Map<Object, Object> entries;
    private int depth = 1;
    private boolean held;

    private Container(Kind kind, List<Object> items, Map<Object, Object> entries) {
        this.kind = kind;
        this.items = items;
        this.entries = entries;
    }

    static Container list() {
        return new Container(Kind.LIST, new ArrayList<>(2), Map.of());
    }

    static Container dictionary() {
        return new Container(Kind.DICTIONARY, List.of(), new LinkedHashMap<>(2));
    }

    /** @throws IllegalArgumentException if it would lie too deep */
    static Container tuple(List<Object> items) {
        Container tuple = new Container(Kind.TUPLE, List.copyOf(items), Map.of());
        items.forEach(tuple::hold);
        return tuple;
    }

    boolean is(Kind wanted) {
        return kind == wanted;
    }

    /** Elements of a list or a tuple; not to be changed. */
    List<Object> items() {
        return items;
    }

    /** Entries of a dictionary; not to be changed. */
    Map<Object, Object> entries() {
        return entries;
    }

    /** @throws IllegalArgumentException if this lies in another already, or the value too deep */
    void append(Object value) {
        requireOpen();
        hold(value);
        items.add(value);
    }

    /** @throws IllegalArgumentException as {@link #append}, or if the key is no string or number */
    void put(Object key, Object value) {
        requireOpen();
        if (!(key instanceof String || key instanceof Number || key instanceof Boolean)) {
            throw new IllegalArgumentException("a dictionary's key is no string or number");
        }
        hold(value);
        entries.put(key, value);
    }

    private void requireOpen() {
        if (held) {
            throw new IllegalArgumentException("a container that lies in another is added to, as in a circle");
        }
    }

    private void hold(Object value) {
        if (value == this) {
            throw new IllegalArgumentException("a container lies in itself, a circle");
        }
        if (value instanceof Container inner) {
            inner.held = true;
            depth = Math.max(depth, inner.depth + 1);
            if (depth > MAX_DEPTH) {
                throw new IllegalArgumentException("containers lie more than %d deep".formatted(MAX_DEPTH));
            }
        }
    }
}
