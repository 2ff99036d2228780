package io.bulwark.perception.model.checkpoint;

import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.safetensors.TensorFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A tower in a checkpoint: the one of pictures alone, as the authors publish it, or under {@code visual.}; the one of
 * texts beside it, under {@code text.} or under no name. {@code module.}, which parallel training puts before every name,
 * is passed over.
 *
 * @param file that holds it
 * @param stored names in the file by the tower's own
 */
record TowerTensors(TensorFile file, Map<String, String> stored) {

    private static final String PARALLEL = "module.";
    private static final String VISUAL = "visual.";
    private static final String TEXT = "text.";
    private static final int NAMED = 8;

    /** What similarities of pictures and texts are multiplied with: the logarithm. */
    static final String SCALE = "logit_scale";

    private static final String TOKENS = "token_embedding.weight";
    private static final Set<String> OF_TEXTS =
            Set.of("token_embedding.", "positional_embedding", "transformer.", "ln_final.", "text_projection");
    private static final Set<String> OF_THE_LOSS = Set.of("logit_bias", "attn_mask");

    /** The vision tower. */
    static TowerTensors of(TensorFile file) {
        TowerTensors all = all(file);
        return all.holds(VISUAL) ? all.below(VISUAL) : all;
    }

    /**
     * The text tower with its scale of similarities; empty where the file holds nothing of one. A vision tower alone has
     * none: without {@code visual.} those names are of pictures.
     */
    static Optional<TowerTensors> texts(TensorFile file) {
        TowerTensors all = all(file);
        Map<String, String> texts = new TreeMap<>(all.below(TEXT).stored);
        if (texts.isEmpty()) {
            all.stored.forEach((name, stored) -> {
                if (!name.startsWith(VISUAL)) {
                    texts.put(name, stored);
                }
            });
        } else if (all.stored.containsKey(SCALE)) {
            texts.put(SCALE, all.stored.get(SCALE));
        }
        texts.keySet().removeAll(OF_THE_LOSS);
        boolean any = texts.keySet().stream().anyMatch(name -> OF_TEXTS.stream().anyMatch(name::startsWith));
        boolean beside = all.holds(VISUAL) || all.holds(TEXT) || all.stored.containsKey(TOKENS);
        return any && beside ? Optional.of(new TowerTensors(file, texts)) : Optional.empty();
    }

    private static TowerTensors all(TensorFile file) {
        boolean parallel = file.names().stream().allMatch(name -> name.startsWith(PARALLEL));
        Map<String, String> all = new TreeMap<>();
        file.names().forEach(name -> all.put(parallel ? name.substring(PARALLEL.length()) : name, name));
        return new TowerTensors(file, all);
    }

    private boolean holds(String prefix) {
        return stored.keySet().stream().anyMatch(name -> name.startsWith(prefix));
    }

    private TowerTensors below(String prefix) {
        Map<String, String> below = new TreeMap<>();
        stored.forEach((name, place) -> {
            if (name.startsWith(prefix)) {
                below.put(name.substring(prefix.length()), place);
            }
        });
        return new TowerTensors(file, below);
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
