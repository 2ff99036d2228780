package io.bulwark.perception.model.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bulwark.perception.encoder.EncoderDescription.Fingerprints;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.model.PackageManifest;
import io.bulwark.perception.model.family.Family;
import io.bulwark.perception.model.family.HeadLayers;
import io.bulwark.perception.model.published.PublishedModel;
import io.bulwark.perception.model.published.PublishedModel.PerceptualConfig;
import io.bulwark.perception.pickle.TorchFile;
import io.bulwark.perception.pickle.TorchFile.PickleException;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.safetensors.SafetensorsFile;
import io.bulwark.perception.safetensors.SafetensorsFile.SafetensorsException;
import io.bulwark.perception.safetensors.SafetensorsWriter;
import io.bulwark.perception.safetensors.TensorFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One of the published robust metrics as a package: a tower, and an MLP behind it or adapters merged into it.
 *
 * @param weights of the tower, of {@code torch.save} or safetensors
 * @param config text of {@code open_clip_config.json}
 * @param head file of the MLP, where there is one
 * @param adapter PEFT folder, where there is one
 * @param squash whether pictures are squeezed to the encoder's square by bicubic interpolation, as before every MLP and
 *     adapter: for a tower that one is to be taught behind or in
 * @param input side in pixels of what the encoder sees; empty for what the authors take: the configuration's, of a
 *     ConvNeXt at most 224
 * @param texts where the text tower comes from
 */
public record CheckpointImport(
        Path weights,
        byte[] config,
        Optional<Path> head,
        Optional<Path> adapter,
        boolean squash,
        OptionalInt input,
        Texts texts) {

    private static final String VISUAL = "visual.";
    private static final String ANY_TENSOR_OF_BOTH = VISUAL + "proj";

    private static final int SIDE_OF_CONVNEXT = 224;
    private static final String WEIGHTS =
            PublishedModel.weightsOf(PublishedModel.OPEN_CLIP).get(0);

    /** Where the text tower comes from. */
    public sealed interface Texts {

        /** The tower's own file, where it holds one that this version reads. */
        record Own() implements Texts {}

        /** Another file: robust towers are tuned against the original's texts, and published without them. */
        record Of(Path file) implements Texts {}

        /** Nowhere: the package embeds pictures alone. */
        record None() implements Texts {}
    }

    /** With the text tower that the file has. */
    public CheckpointImport(
            Path weights,
            byte[] config,
            Optional<Path> head,
            Optional<Path> adapter,
            boolean squash,
            OptionalInt input) {
        this(weights, config, head, adapter, squash, input, new Texts.Own());
    }

    public CheckpointImport {
        if (head.isPresent() && adapter.isPresent()) {
            throw new IllegalArgumentException("a published metric has an MLP or adapters, not both");
        }
    }

    /**
     * Writes the package: configuration, weights as safetensors and a manifest.
     *
     * @param folder made if missing; its name is the package's
     * @throws ModelPackageException if a file is not what it has to be; the message names it and what is wrong
     * @throws IOException if one cannot be read or written
     */
    public void write(Path folder) throws IOException {
        try (TensorFile file = open(weights)) {
            if (texts instanceof Texts.Of other) {
                try (TensorFile beside = open(other.file())) {
                    write(file, Optional.of(beside), folder);
                }
            } else {
                write(file, texts instanceof Texts.Own ? Optional.of(file) : Optional.empty(), folder);
            }
        } catch (PickleException | SafetensorsException | IllegalArgumentException e) {
            throw new ModelPackageException(e.getMessage(), e);
        }
    }

    /**
     * Opens a checkpoint.
     *
     * @param file safetensors by its ending, else what {@code torch.save} writes
     */
    static TensorFile open(Path file) throws IOException {
        return file.toString().endsWith(".safetensors") ? SafetensorsFile.open(file) : TorchFile.open(file);
    }

    private void write(TensorFile file, Optional<TensorFile> beside, Path folder) throws IOException {
        if (head.isPresent()) {
            try (TensorFile mlp = open(head.get())) {
                write(TowerTensors.of(file), beside, Optional.of(HeadTensors.of(mlp)), folder);
            }
        } else {
            write(TowerTensors.of(file), beside, Optional.empty(), folder);
        }
    }

    private void write(TowerTensors tower, Optional<TensorFile> beside, Optional<HeadTensors> mlp, Path folder)
            throws IOException {
        byte[] json = amended(mlp.map(HeadTensors::hidden).orElse(0));
        PublishedModel model = PublishedModel.read(
                weights.toString(),
                PublishedModel.OPEN_CLIP,
                name -> name.equals(PublishedModel.OPEN_CLIP) ? Optional.of(json) : Optional.empty(),
                Set.of(ANY_TENSOR_OF_BOTH));
        Optional<TowerTensors> text = text(model, beside);
        Map<String, List<Long>> shapes = new TreeMap<>(model.vision().family().tensors());
        shapes.keySet().removeIf(name -> name.startsWith(HeadLayers.PREFIX));
        tower.require("the vision tower of the configuration", shapes);
        SafetensorsWriter writer = new SafetensorsWriter();
        String prefix = text.isPresent() ? VISUAL : "";
        text.ifPresent(found -> add(found, shapesOfTexts(model), Optional.empty(), "", writer));
        if (mlp.isPresent()) {
            add(mlp.get(), model.vision().family(), prefix, writer);
        }
        if (adapter.isPresent()) {
            try (LoraAdapter lora = LoraAdapter.open(adapter.get(), shapes)) {
                add(tower, shapes, Optional.of(lora), prefix, writer);
                save(writer, model, json, folder);
            }
        } else {
            add(tower, shapes, Optional.empty(), prefix, writer);
            save(writer, model, json, folder);
        }
    }

    /**
     * The text tower that is to come along. One in the tower's own file is left where the configuration asks for a kind
     * that this version does not read.
     *
     * @throws ModelPackageException if it is not what the configuration says, or one was asked for and cannot be had
     */
    private Optional<TowerTensors> text(PublishedModel model, Optional<TensorFile> beside) {
        Optional<TowerTensors> found = beside.flatMap(TowerTensors::texts);
        if (texts instanceof Texts.Of other) {
            if (found.isEmpty()) {
                throw new ModelPackageException("%s holds no text tower%s"
                        .formatted(
                                other.file(),
                                TowerTensors.named(" among", beside.get().names())));
            }
            if (model.text().isEmpty()) {
                throw new ModelPackageException("the configuration's 'text_cfg' is of a kind that this version does not"
                        + " read: leave the text tower of " + other.file());
            }
        }
        if (model.text().isEmpty()) {
            return Optional.empty();
        }
        found.ifPresent(tower -> tower.require("the text tower of the configuration", shapesOfTexts(model)));
        return found;
    }

    private static Map<String, List<Long>> shapesOfTexts(PublishedModel model) {
        Map<String, List<Long>> shapes =
                new TreeMap<>(model.text().orElseThrow().family().tensors());
        shapes.put(TowerTensors.SCALE, List.of());
        return shapes;
    }

    /** The configuration with what the authors do otherwise. */
    private byte[] amended(int hidden) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode root;
        try {
            root = mapper.readTree(config) instanceof ObjectNode object ? object : mapper.createObjectNode();
        } catch (JsonProcessingException e) {
            throw new ModelPackageException("the configuration is no JSON: " + e.getOriginalMessage(), e);
        }
        if (!(root.path("model_cfg") instanceof ObjectNode cfg)
                || !(cfg.path("vision_cfg") instanceof ObjectNode vision)) {
            throw new ModelPackageException("the configuration has no 'model_cfg' with a 'vision_cfg', as an "
                    + PublishedModel.OPEN_CLIP + " has");
        }
        boolean transformer = vision.path("timm_model_name").asText("").isEmpty();
        if (squash || head.isPresent() || adapter.isPresent()) {
            root.withObject("/preprocess_cfg").put("resize_mode", "squash").put("interpolation", "bicubic");
        }
        boolean dino = adapter.isPresent() && transformer;
        if (dino) {
            cfg.put("quick_gelu", false);
        }
        new PerceptualConfig(
                        dino ? PerceptualConfig.DINO : PerceptualConfig.NONE.norms(), hidden, side(vision, transformer))
                .write(root);
        return mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
    }

    private OptionalInt side(ObjectNode vision, boolean transformer) {
        if (input.isPresent() || transformer) {
            return input;
        }
        return vision.path("image_size").asInt(SIDE_OF_CONVNEXT) > SIDE_OF_CONVNEXT
                ? OptionalInt.of(SIDE_OF_CONVNEXT)
                : OptionalInt.empty();
    }

    private static void add(HeadTensors mlp, Family family, String prefix, SafetensorsWriter writer)
            throws IOException {
        for (Map.Entry<String, String> tensor : mlp.stored().entrySet()) {
            List<Long> wanted = family.tensors().get(tensor.getKey());
            List<Long> found = mlp.file().shape(tensor.getValue());
            if (!found.equals(wanted)) {
                throw new ModelPackageException("%s: tensor '%s' is %s, wanted is %s behind embeddings of %d"
                        .formatted(mlp.file().name(), tensor.getValue(), found, wanted, family.dimension()));
            }
            writer.add(prefix + tensor.getKey(), found, mlp.file().floats(tensor.getValue()));
        }
    }

    private static void add(
            TowerTensors tower,
            Map<String, List<Long>> shapes,
            Optional<LoraAdapter> lora,
            String prefix,
            SafetensorsWriter writer) {
        shapes.forEach((name, shape) -> {
            boolean adapted = lora.isPresent() && lora.get().pairs().containsKey(name);
            ElementType type =
                    adapted ? ElementType.F32 : tower.file().type(tower.stored().get(name));
            writer.add(prefix + name, type, shape, () -> {
                try {
                    return adapted ? bytes(lora.get().merge(name, tower.floats(name))) : tower.bytes(name);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        });
    }

    private static ByteBuffer bytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }

    private void save(SafetensorsWriter writer, PublishedModel model, byte[] json, Path folder) throws IOException {
        Files.createDirectories(folder);
        try {
            writer.write(folder.resolve(WEIGHTS));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        Files.write(folder.resolve(PublishedModel.OPEN_CLIP), json);
        PackageManifest manifest = new PackageManifest(
                folder.toAbsolutePath().normalize().getFileName().toString(),
                model.vision().family().name(),
                model.preprocess(),
                List.of(),
                provenance());
        Files.writeString(folder.resolve(PackageManifest.FILE), manifest.toJson());
    }

    private Map<String, String> provenance() throws IOException {
        Map<String, String> lines = new TreeMap<>();
        lines.put("weights", described(weights));
        if (head.isPresent()) {
            lines.put("MLP", described(head.get()));
        }
        if (texts instanceof Texts.Of other) {
            lines.put("text tower", described(other.file()));
        }
        if (adapter.isPresent()) {
            lines.put("adapter", adapter.get().toAbsolutePath().normalize().getFileName() + ", merged");
        }
        return lines;
    }

    static String described(Path file) throws IOException {
        return "%s, fingerprint %s"
                .formatted(file.getFileName(), new Fingerprints().file(file).hex());
    }

    /**
     * The metric's MLP in a checkpoint: four tensors under {@code perceptual_model.mlp.} in what Lightning writes,
     * under {@code mlp.} or alone in what others save. What else such a file holds is the tower or the optimiser, and
     * left.
     *
     * @param file that holds it
     * @param prefix before the names
     */
    record HeadTensors(TensorFile file, String prefix) {

        private static final List<String> PREFIXES = List.of("perceptual_model.mlp.", "mlp.", "");
        private static final String IN = "fc1.weight";
        private static final List<String> NAMES = List.of(IN, "fc1.bias", "fc2.weight", "fc2.bias");

        /** @throws ModelPackageException if it holds none, or tensors beside the four under the same prefix */
        static HeadTensors of(TensorFile file) {
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
}
