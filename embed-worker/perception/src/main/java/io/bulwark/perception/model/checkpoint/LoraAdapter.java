package io.bulwark.perception.model.checkpoint;

import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.model.published.PublishedModel.PeftConfig;
import io.bulwark.perception.safetensors.TensorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A PEFT folder: for each adapted matrix W two more, A and B, and W + (alpha / r) B A in its place (Hu et al.,
 * "LoRA", ICLR 2022). Open as long as its file is.
 *
 * @param file {@code adapter_model}
 * @param config its rank and weight
 * @param pairs the two tensors' names by that of the tower's tensor
 */
record LoraAdapter(TensorFile file, PeftConfig config, Map<String, Pair> pairs) implements AutoCloseable {

    private static final List<String> FILES = List.of("adapter_model.safetensors", "adapter_model.bin");
    private static final Pattern NAME = Pattern.compile(
            "(?:base_model\\.model\\.)+(?:model\\.)?(?:visual\\.)?(.+)\\.lora_([AB])(?:\\.default)?\\.weight");
    private static final Pattern DINO_BLOCK = Pattern.compile("blocks\\.(\\d+)\\.(.+)");

    /** The authors' wrapper calls a ConvNeXt's stages its blocks, so that their adapters stand under both names. */
    private static final Pattern STAGE = Pattern.compile("blocks\\.(\\d+\\.blocks\\..+)");

    /** Names of DINO's blocks, which the authors copy open_clip's weights into, and open_clip's. */
    private static final Map<String, String> DINO = Map.of(
            "attn.qkv", "attn.in_proj_weight",
            "attn.proj", "attn.out_proj.weight",
            "mlp.fc1", "mlp.c_fc.weight",
            "mlp.fc2", "mlp.c_proj.weight");

    /**
     * An adapter.
     *
     * @param a name of A, {@code [r, in]}
     * @param b name of B, {@code [out, r]}
     */
    record Pair(String a, String b) {}

    /**
     * Opens a folder.
     *
     * @param tower shapes by name of the tower's tensors
     * @throws ModelPackageException if files are missing, or adapters do not stand where the tower has matrices; the
     *     message names them
     */
    static LoraAdapter open(Path folder, Map<String, List<Long>> tower) throws IOException {
        PeftConfig config = config(folder);
        Path weights = FILES.stream()
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new ModelPackageException("%s has neither %s nor %s, which a PEFT folder has"
                        .formatted(folder, FILES.get(0), FILES.get(1))));
        TensorFile file = CheckpointImport.open(weights);
        try {
            LoraAdapter adapter = new LoraAdapter(file, config, pairs(file, tower));
            adapter.requireShapes(tower);
            adapter.requireEveryBlock(tower.keySet());
            return adapter;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static PeftConfig config(Path folder) throws IOException {
        Path file = folder.resolve(PeftConfig.FILE);
        if (!Files.isRegularFile(file)) {
            throw new ModelPackageException("%s has no %s, which a PEFT folder has".formatted(folder, PeftConfig.FILE));
        }
        return PeftConfig.read(file.toString(), Files.readAllBytes(file));
    }

    private static Map<String, Pair> pairs(TensorFile file, Map<String, List<Long>> tower) throws IOException {
        Map<String, String> as = new TreeMap<>();
        Map<String, String> bs = new TreeMap<>();
        for (String name : file.names()) {
            Matcher matcher = NAME.matcher(name);
            if (!matcher.matches()) {
                throw new ModelPackageException(
                        "%s: tensor '%s' is none of a low-rank adapter".formatted(file.name(), name));
            }
            String tensor = tensor(matcher.group(1));
            if (!tower.containsKey(tensor)) {
                throw new ModelPackageException("%s: adapter '%s' stands on '%s', which the tower does not have"
                        .formatted(file.name(), name, tensor));
            }
            Map<String, String> side = matcher.group(2).equals("A") ? as : bs;
            String other = side.putIfAbsent(tensor, name);
            if (other != null && !Arrays.equals(file.floats(other), file.floats(name))) {
                throw new ModelPackageException(
                        "%s: '%s' and '%s' are the same adapter and differ".formatted(file.name(), other, name));
            }
        }
        if (as.isEmpty() || !as.keySet().equals(bs.keySet())) {
            throw new ModelPackageException("%s: adapters have two matrices each; A stands on %s, B on %s"
                    .formatted(file.name(), as.keySet(), bs.keySet()));
        }
        Map<String, Pair> pairs = new TreeMap<>();
        as.forEach((tensor, a) -> pairs.put(tensor, new Pair(a, bs.get(tensor))));
        return pairs;
    }

    private static String tensor(String module) {
        Matcher stage = STAGE.matcher(module);
        if (stage.matches()) {
            return "trunk.stages.%s.weight".formatted(stage.group(1));
        }
        Matcher block = DINO_BLOCK.matcher(module);
        return block.matches() && DINO.containsKey(block.group(2))
                ? "transformer.resblocks.%s.%s".formatted(block.group(1), DINO.get(block.group(2)))
                : module + ".weight";
    }

    private void requireShapes(Map<String, List<Long>> tower) {
        pairs.forEach((tensor, pair) -> {
            List<Long> shape = tower.get(tensor);
            long rank = config.rank();
            if (shape.size() != 2
                    || !file.shape(pair.a()).equals(List.of(rank, shape.get(1)))
                    || !file.shape(pair.b()).equals(List.of(shape.get(0), rank))) {
                throw new ModelPackageException(
                        "%s: '%s' is %s and '%s' is %s, which rank %d on '%s' of %s does not give"
                                .formatted(
                                        file.name(),
                                        pair.a(),
                                        file.shape(pair.a()),
                                        pair.b(),
                                        file.shape(pair.b()),
                                        rank,
                                        tensor,
                                        shape));
            }
        });
    }

    /** Training adapts a layer in every block or in none: what is missing was lost. */
    private void requireEveryBlock(Set<String> tower) {
        Set<String> kinds = pairs.keySet().stream().map(LoraAdapter::kind).collect(Collectors.toSet());
        Set<String> missing = new TreeSet<>(tower);
        missing.removeIf(tensor -> !kinds.contains(kind(tensor)) || pairs.containsKey(tensor));
        if (!missing.isEmpty()) {
            throw new ModelPackageException(
                    "%s: adapters are missing:%s".formatted(file.name(), TowerTensors.named("", missing)));
        }
    }

    private static String kind(String tensor) {
        return tensor.replaceAll("\\d+\\.", "N.");
    }

    /**
     * The merged matrix.
     *
     * @param tensor a key of {@link #pairs()}
     * @param weight {@code [out, in]} row-major; changed
     */
    float[] merge(String tensor, float[] weight) throws IOException {
        float[] a = file.floats(pairs.get(tensor).a());
        float[] b = file.floats(pairs.get(tensor).b());
        int rank = config.rank();
        int in = a.length / rank;
        double scale = config.alpha() / rank;
        double[] row = new double[in];
        for (int out = 0; out < b.length / rank; out++) {
            Arrays.fill(row, 0);
            for (int r = 0; r < rank; r++) {
                double factor = b[out * rank + r];
                for (int i = 0; i < in; i++) {
                    row[i] += factor * a[r * in + i];
                }
            }
            for (int i = 0; i < in; i++) {
                weight[out * in + i] = (float) (weight[out * in + i] + scale * row[i]);
            }
        }
        return weight;
    }

    @Override
    public void close() {
        file.close();
    }
}
