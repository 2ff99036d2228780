package io.bulwark.perception.model.checkpoint;

import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.model.family.HeadLayers;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The metric's MLP in a checkpoint: four tensors under {@code perceptual_model.mlp.} in what Lightning writes, under {@code
 * mlp.} or alone in what others save. What else such a file holds is the tower or the optimiser, and left.
 *
 * @param file that holds it
 * @param prefix before the names
 */
record HeadTensors(CheckpointTensors file, String prefix) {

    private static final List<String> PREFIXES = List.of("perceptual_model.mlp.", "mlp.", "");
    private static final String IN = "fc1.weight";
    private static final List<String> NAMES = List.of(IN, "fc1.bias", "fc2.weight", "fc2.bias");

    /** @throws ModelPackageException if it holds none, or tensors beside the four under the same prefix */
    static HeadTensors of(CheckpointTensors file) {
        String prefix = PREFIXES.stream()
                .filter(before -> file.names().contains(before + IN))
                .findFirst()
                .orElseThrow(() -> new ModelPackageException("%s holds no MLP: it has no tensor '%s%s'%s"
                        .formatted(file.name(), PREFIXES.get(0), IN, TowerTensors.named(" among", file.names()))));
        HeadTensors head = new HeadTensors(file, prefix);
        Collection<String> missing = new TreeSet<>();
        NAMES.forEach(name -> missing.add(prefix + name));
        missing.removeAll(file.names());
        Collection<String> unexpected = new TreeSet<>();
        file.names().stream()
                .filter(name -> name.startsWith(prefix) && !NAMES.contains(name.substring(prefix.length())))
                .forEach(unexpected::add);
        if (!missing.isEmpty() || !unexpected.isEmpty()) {
            throw new ModelPackageException("%s does not hold an MLP of one hidden layer:%s%s"
                    .formatted(
                            file.name(),
                            TowerTensors.named(" missing", missing),
                            TowerTensors.named(" unexpected", unexpected)));
        }
        return head;
    }

    /** Units of the layer between. */
    int hidden() {
        List<Long> shape = file.shape(prefix + IN);
        if (shape.size() != 2 || shape.get(0) < 1 || shape.get(0) > Integer.MAX_VALUE) {
            throw new ModelPackageException(
                    "%s: tensor '%s%s' is %s, wanted is [H, D]".formatted(file.name(), prefix, IN, shape));
        }
        return shape.get(0).intValue();
    }

    /** Names in the file by those in a package. */
    Map<String, String> stored() {
        Map<String, String> stored = new TreeMap<>();
        NAMES.forEach(name -> stored.put(HeadLayers.PREFIX + name, prefix + name));
        return stored;
    }
}
