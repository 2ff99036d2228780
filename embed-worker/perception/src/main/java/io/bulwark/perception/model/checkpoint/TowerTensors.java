package io.bulwark.perception.model.checkpoint;

import io.bulwark.perception.encoder.ModelPackageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The vision tower in a checkpoint: alone, as the authors publish it, or under {@code visual.} beside a text tower, which
 * is left. {@code module.}, which parallel training puts before every name, is passed over.
 *
 * @param file that holds it
 * @param stored names in the file by the tower's own
 */
record TowerTensors(CheckpointTensors file, Map<String, String> stored) {

    private static final String PARALLEL = "module.";
    private static final String VISUAL = "visual.";
    private static final int NAMED = 8;

    static TowerTensors of(CheckpointTensors file) {
        boolean parallel = file.names().stream().allMatch(name -> name.startsWith(PARALLEL));
        Map<String, String> all = new TreeMap<>();
        file.names().forEach(name -> all.put(parallel ? name.substring(PARALLEL.length()) : name, name));
        if (all.keySet().stream().noneMatch(name -> name.startsWith(VISUAL))) {
            return new TowerTensors(file, all);
        }
        Map<String, String> tower = new TreeMap<>();
        all.forEach((name, stored) -> {
            if (name.startsWith(VISUAL)) {
                tower.put(name.substring(VISUAL.length()), stored);
            }
        });
        return new TowerTensors(file, tower);
    }

    /**
     * Holds it to what a family wants.
     *
     * @param what it should hold, for messages
     * @throws ModelPackageException if tensors are missing, unexpected, misshapen or no floats; one message names them (of
     *     each kind the first few and their number)
     */
    void require(String what, Map<String, List<Long>> wanted) {
        Collection<String> missing = new TreeSet<>(wanted.keySet());
        missing.removeAll(stored.keySet());
        Collection<String> unexpected = new TreeSet<>(stored.keySet());
        unexpected.removeAll(wanted.keySet());
        List<String> misshapen = new ArrayList<>();
        new TreeMap<>(wanted).forEach((name, shape) -> {
            if (stored.containsKey(name) && !shape(name).equals(shape)) {
                misshapen.add("%s is %s instead of %s".formatted(name, shape(name), shape));
            } else if (stored.containsKey(name) && !file.type(stored.get(name)).readsAsFloat()) {
                misshapen.add("%s is of type %s".formatted(name, file.type(stored.get(name))));
            }
        });
        if (!missing.isEmpty() || !unexpected.isEmpty() || !misshapen.isEmpty()) {
            throw new ModelPackageException("%s does not hold %s:%s%s%s"
                    .formatted(
                            file.name(),
                            what,
                            named(" missing", missing),
                            named(" unexpected", unexpected),
                            named(" misshapen", misshapen)));
        }
    }

    static String named(String what, Collection<String> names) {
        if (names.isEmpty()) {
            return "";
        }
        String first = String.join(", ", names.stream().limit(NAMED).toList());
        return "%s %d (%s%s)".formatted(what, names.size(), first, names.size() > NAMED ? ", …" : "");
    }

    List<Long> shape(String name) {
        return file.shape(stored.get(name));
    }

    ByteBuffer bytes(String name) throws IOException {
        return file.bytes(stored.get(name));
    }

    float[] floats(String name) throws IOException {
        return file.floats(stored.get(name));
    }
}
