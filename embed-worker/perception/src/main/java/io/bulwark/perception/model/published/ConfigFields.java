package io.bulwark.perception.model.published;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;

/**
 * An object of a configuration file, read strictly.
 *
 * @param where what messages call it
 * @param node the object; missing is empty
 */
record ConfigFields(String where, JsonNode node) {

    ConfigFields child(String name) {
        return new ConfigFields(where + " " + name, node.path(name));
    }

    int integer(String name, int otherwise) {
        return node.hasNonNull(name) ? integer(name) : otherwise;
    }

    int integer(String name) {
        JsonNode value = node.path(name);
        if (!value.canConvertToInt() || !value.isIntegralNumber() || value.asInt() < 1) {
            throw fault(name, value, "a whole number from 1 on");
        }
        return value.asInt();
    }

    double number(String name, double otherwise) {
        JsonNode value = node.path(name);
        if (!node.hasNonNull(name)) {
            return otherwise;
        }
        if (!value.isNumber() || !(value.asDouble() > 0)) {
            throw fault(name, value, "a number above 0");
        }
        return value.asDouble();
    }

    boolean flag(String name) {
        return node.path(name).asBoolean(false);
    }

    String text(String name, String otherwise) {
        return node.hasNonNull(name) ? node.path(name).asText() : otherwise;
    }

    /** Height and width: one number for both, or a pair. */
    int[] size(String name, int otherwise) {
        JsonNode value = node.path(name);
        if (!value.isArray()) {
            int side = integer(name, otherwise);
            return new int[] {side, side};
        }
        if (value.size() != 2 || value.path(0).asInt() < 1 || value.path(1).asInt() < 1) {
            throw fault(name, value, "a number or a pair of height and width");
        }
        return new int[] {value.path(0).asInt(), value.path(1).asInt()};
    }

    /** Three numbers, one a channel. */
    float[] channels(String name, float... otherwise) {
        JsonNode value = node.path(name);
        if (!node.hasNonNull(name)) {
            return otherwise;
        }
        if (!value.isArray() || value.size() != 3) {
            throw fault(name, value, "three numbers");
        }
        return new float[] {
            value.path(0).floatValue(),
            value.path(1).floatValue(),
            value.path(2).floatValue()
        };
    }

    /**
     * Refuses what would change embeddings unseen.
     *
     * @param understood options that are read or do not matter
     * @param fixed options that must have this value, as text, or be absent
     */
    void onlyOptions(Set<String> understood, Map<String, String> fixed) {
        node.properties().forEach(option -> {
            String name = option.getKey();
            JsonNode value = option.getValue();
            boolean off = value.isNull() || (value.isContainerNode() && value.isEmpty());
            if (understood.contains(name) || off || value.asText().equals(fixed.get(name))) {
                return;
            }
            throw fault(name, value, fixed.containsKey(name) ? "'" + fixed.get(name) + "'" : "no such option");
        });
    }

    private IllegalArgumentException fault(String name, JsonNode found, String allowed) {
        return new IllegalArgumentException("%s: '%s' is %s; this version reads %s"
                .formatted(where, name, found.isMissingNode() ? "missing" : found.toString(), allowed));
    }
}
