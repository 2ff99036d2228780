package io.bulwark.perception.model.family;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A family's place in a file that may hold more than it: open_clip saves the vision tower under {@code visual.} beside
 * the text tower.
 *
 * @param family whose tensors are wanted
 * @param prefix that its tensors have in the file
 * @param others shapes of the other tensors that must be there, by their names in the file
 * @param ignored names, or beginnings of names that end in a dot, that may be there or not
 */
public record Tower(Family family, String prefix, Map<String, List<Long>> others, Set<String> ignored) {

    public Tower {
        others = Map.copyOf(others);
        ignored = Set.copyOf(ignored);
    }

    /** A family that has a file to itself. */
    public static Tower alone(Family family) {
        return new Tower(family, "", Map.of(), Set.of());
    }

    /** Shapes by name of all tensors that the file must hold. */
    Map<String, List<Long>> wanted() {
        Map<String, List<Long>> wanted = new HashMap<>(others);
        family.tensors().forEach((name, shape) -> wanted.put(prefix + name, shape));
        return wanted;
    }

    boolean ignores(String name) {
        return ignored.stream().anyMatch(entry -> entry.endsWith(".") ? name.startsWith(entry) : name.equals(entry));
    }
}
